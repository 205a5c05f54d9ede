import { TextQueue } from './text-queue';

const readAll = async (queue: TextQueue) => {
  const pieces: string[] = [];
  for await (const piece of queue) pieces.push(piece);
  return pieces;
};

describe('TextQueue', () => {
  it('hands what waits over as one piece, also after its end', async () => {
    const queue = new TextQueue(() => undefined);
    queue.push('a');
    queue.push('b');
    queue.close();
    expect(await readAll(queue)).toEqual(['ab']);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it('wakes a reader that waits, for a piece and for the end', async () => {
    const queue = new TextQueue(() => undefined);
    const first = queue.next();
    queue.push('a');
    queue.push('b');
    expect(await first).toEqual({ value: 'a', done: false });
    expect(await queue.next()).toEqual({ value: 'b', done: false });
    const last = queue.next();
    queue.close();
    expect(await last).toEqual({ value: undefined, done: true });
  });
});
