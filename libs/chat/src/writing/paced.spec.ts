import type { AnswerOutcome, Model, ModelAnswer } from '#llm';
import { TurnLog } from '../turn/turn-log';
import { pourPaced } from './paced';

const OUTCOME: AnswerOutcome = { status: 'complete', finishReason: 'stop', usage: undefined };
const MUCH = 'x'.repeat(70_000);

let log: TurnLog;
let say: (piece: string) => unknown;
let end: () => void;
let wentOn: number;
let poured: Promise<AnswerOutcome>;

beforeEach(() => {
  jest.useFakeTimers();
  log = new TurnLog();
  wentOn = 0;
  const answer: ModelAnswer = {
    model: {} as Model,
    pour: (take) => {
      say = take;
      return new Promise((resolve) => (end = () => resolve(OUTCOME)));
    },
    goOn: () => void (wentOn += 1),
  };
  poured = pourPaced(answer, log, (piece) => log.append(piece));
});
afterEach(async () => {
  end();
  expect(await poured).toBe(OUTCOME);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

it('waits for no one where nobody reads, or somebody who is not to be waited for', () => {
  expect(say(MUCH)).toBe(true);
  log.reader(0, true);
  log.reader(0);
  expect(say(MUCH)).toBe(true);
});

it('waits until what is left to be read is not much, and again', () => {
  const reader = log.reader(0, true);
  for (const time of [1, 2]) {
    expect(say(MUCH)).toBe(false);
    expect(wentOn).toBe(time - 1);
    while (log.isFarAhead) reader.take();
    expect(wentOn).toBe(time);
  }
});

it('goes on as soon as somebody reads who is ahead or is not waited for, and when its last reader leaves', () => {
  const reader = log.reader(0, true);
  expect(say(MUCH)).toBe(false);
  const ahead = log.reader(MUCH.length, true);
  expect(wentOn).toBe(1);
  expect(say(MUCH)).toBe(false);
  const attached = log.reader(0);
  expect(wentOn).toBe(2);
  expect(say(MUCH)).toBe(true);
  attached.close();
  ahead.close();
  expect(say('')).toBe(false);
  reader.close();
  expect(wentOn).toBe(3);
});

it('has patience for ten seconds, all in all', () => {
  const reader = log.reader(0, true);
  expect(say(MUCH)).toBe(false);
  jest.advanceTimersByTime(6_000);
  reader.take();
  expect(wentOn).toBe(1);
  expect(say(MUCH)).toBe(false);
  jest.advanceTimersByTime(3_999);
  expect(wentOn).toBe(1);
  jest.advanceTimersByTime(1);
  expect(wentOn).toBe(2);
  expect(say(MUCH)).toBe(true);
});
