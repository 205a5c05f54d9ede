import { AppError } from '#kernel';
import type { TurnEvent } from './turn-event';
import { TurnLog, type TurnReader } from './turn-log';

const END: TurnEvent = { type: 'error', error: new AppError('unavailable') };
const content = (text: string, offset: number): TurnEvent => ({ type: 'content', content: text, offset });

async function all(reader: TurnReader): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of reader) events.push(event);
  return events;
}

let left: number;
let log: TurnLog;
beforeEach(() => {
  left = 0;
  log = new TurnLog(() => (left += 1));
});

describe('a reader', () => {
  it('takes what came since as one event, then the end, and then nothing', () => {
    const reader = log.reader(0);
    expect(reader.take()).toBeUndefined();
    log.append('one ');
    log.append('two');
    expect(reader.take()).toEqual(content('one two', 0));
    expect(reader.take()).toBeUndefined();
    log.append(' three');
    log.finish(END);
    expect([reader.take(), reader.take(), reader.take()]).toEqual([content(' three', 7), END, undefined]);
  });

  it('begins where it says, and hears of nothing before it', () => {
    log.append('one two');
    const [inTheMiddle, ahead] = [log.reader(4), log.reader(9)];
    expect(inTheMiddle.take()).toEqual(content('two', 4));
    expect(ahead.take()).toBeUndefined();
    log.append(' three');
    expect(ahead.take()).toEqual(content('hree', 9));
  });

  it('is told whenever there may be more, and when it is closed', () => {
    const reader = log.reader(0);
    let told = 0;
    reader.onMore = () => (told += 1);
    log.append('one');
    log.finish(END);
    expect(told).toBe(2);
    reader.close();
    reader.close();
    expect(told).toBe(3);
    expect(reader.take()).toBeUndefined();
  });

  it('waits for what comes, and ends with the end, each at its own pace', async () => {
    const early = all(log.reader(0));
    log.append('one');
    const middle = all(log.reader(1));
    await Promise.resolve();
    log.append(' two');
    log.finish(END);
    const textOf = (events: TurnEvent[]) =>
      events.map((event) => (event.type === 'content' ? event.content : '')).join('');
    expect(textOf(await early)).toBe('one two');
    expect(textOf(await middle)).toBe('ne two');
    expect(await all(log.reader(0))).toEqual([content('one two', 0), END]);
    expect((await early).at(-1)).toBe(END);
  });

  it('that waits ends when it is closed', async () => {
    const reader = log.reader(0);
    const waiting = all(reader);
    reader.close();
    expect(await waiting).toEqual([]);
  });
});

it('ends once', () => {
  log.finish(END);
  log.finish({ type: 'error', error: new AppError('internal') });
  expect(log.end).toBe(END);
});

describe('that the last reader has left', () => {
  it('is told when none is left, once for each time', () => {
    const [one, two] = [log.reader(0), log.reader(0)];
    one.close();
    one.close();
    expect(left).toBe(0);
    two.close();
    expect(left).toBe(1);
    log.reader(0).close();
    expect(left).toBe(2);
  });

  it('is told of one who stops iterating', async () => {
    log.append('one');
    for await (const event of log.reader(0)) {
      expect(event).toEqual(content('one', 0));
      break;
    }
    expect(left).toBe(1);
  });

  it('is not told after the end', () => {
    const [one, two] = [log.reader(0), log.reader(0)];
    log.finish(END);
    one.take();
    two.close();
    expect(left).toBe(0);
  });
});
