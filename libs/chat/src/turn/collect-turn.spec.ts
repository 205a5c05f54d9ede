import { AppError } from '#kernel';
import { collectTurn } from './collect-turn';
import type { Turn } from './turn';
import type { TurnEnd } from './turn-event';
import { TurnLog } from './turn-log';

const ANSWER = { content: 'one' } as TurnEnd['message'];
const END: TurnEnd = {
  ...{ type: 'end', message: ANSWER, usage: { promptTokens: 1, completionTokens: 1 }, cost: 0 },
  quota: { requests: null, tokens: null },
};

let left: boolean;
let log: TurnLog;
let turn: Turn;
beforeEach(() => {
  left = false;
  log = new TurnLog(() => (left = true));
  turn = { read: (offset) => log.reader(offset) } as Turn;
});

const staying = new AbortController().signal;

it('answers the end', async () => {
  const collected = collectTurn(turn, staying);
  log.append('one');
  log.finish(END);
  expect(await collected).toBe(END);
});

it('throws what ended it badly', async () => {
  const error = new AppError('upstream_down');
  log.finish({ type: 'error', error });
  await expect(collectTurn(turn, staying)).rejects.toBe(error);
});

it.each(['before', 'while'])('leaves with whoever leaves %s it waits', async (when) => {
  const client = new AbortController();
  if (when === 'before') client.abort('gone');
  const collected = collectTurn(turn, client.signal);
  client.abort('gone');
  await expect(collected).rejects.toBe('gone');
  expect(left).toBe(true);
});
