import { Checkpoints } from './checkpoints';

let kept: string[][];
/** Ends the write that is going on. */
let written: () => void;
let checkpoints: Checkpoints<string>;

beforeEach(() => {
  jest.useFakeTimers();
  kept = [];
  checkpoints = new Checkpoints((all) => {
    kept.push([...all]);
    return new Promise((resolve) => (written = resolve));
  });
});
afterEach(() => jest.useRealTimers());

it('keep all that grew within a second, at its end and together', async () => {
  checkpoints.grown('a');
  await jest.advanceTimersByTimeAsync(500);
  checkpoints.grown('b');
  checkpoints.grown('a');
  expect(kept).toEqual([]);
  await jest.advanceTimersByTimeAsync(500);
  expect(kept).toEqual([['a', 'b']]);
});

it('write nothing that has not grown', async () => {
  checkpoints.grown('a');
  await jest.advanceTimersByTimeAsync(1_000);
  written();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(kept).toEqual([['a']]);
});

it('keep what grew while others were written, also if nothing grows after it', async () => {
  checkpoints.grown('a');
  await jest.advanceTimersByTimeAsync(1_000);
  checkpoints.grown('b');
  await jest.advanceTimersByTimeAsync(5_000);
  expect(kept).toEqual([['a']]);
  written();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(kept).toEqual([['a'], ['b']]);
});

it('write nothing of what is forgotten', async () => {
  checkpoints.grown('a');
  checkpoints.forget('a');
  checkpoints.grown('b');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(kept).toEqual([['b']]);
});

it('are closed when what is being written is written', async () => {
  checkpoints.grown('a');
  await jest.advanceTimersByTimeAsync(1_000);
  let isClosed = false;
  const closing = checkpoints.close().then(() => (isClosed = true));
  await jest.advanceTimersByTimeAsync(0);
  expect(isClosed).toBe(false);
  written();
  await closing;
});
