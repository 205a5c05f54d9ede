import { Logger } from '@nestjs/common';
import { AppError, newId } from '#kernel';
import { eventually } from '../../../../test/harness/eventually';
import { connectRedis, endRedis, healthy, startRedis } from '../../../../test/harness/redis-clients';
import { describeWithRedis } from '../../../../test/harness/redis-server';
import { TurnLog } from '../turn/turn-log';
import { HeardTurn } from './heard-turn';
import { TurnChannels } from './turn-channels';
import { type TurnWish, wordOf } from './turn-word';

jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

describeWithRedis('HeardTurn', () => {
  const messageId = newId();
  const wishes: TurnWish[] = [];
  let writer: TurnChannels;
  let reader: TurnChannels;
  let log: TurnLog;
  let heard: HeardTurn;
  let over: jest.Mock;

  const ask = (from: number): TurnWish => ({ follow: messageId, from });
  const say = (offset: number, content: string): Promise<void> => writer.say(messageId, { offset, content });
  const hears = (text: string): Promise<void> => eventually(() => log.whole() === text);

  /** What is said to one reader comes in its order. */
  const untilAllIsHeard = async (): Promise<void> => {
    const other = newId();
    const isHeard = new Promise<void>((resolve) => {
      const leave = reader.listen(
        other,
        () => (leave(), resolve()),
        () => void writer.say(other, { over: true }),
      );
    });
    await isHeard;
  };

  beforeAll(async () => {
    const { url } = await startRedis();
    const clients = [connectRedis(url), connectRedis(url)] as const;
    await Promise.all(clients.map(healthy));
    [writer, reader] = [new TurnChannels(clients[0]), new TurnChannels(clients[1])];
    let isHeard = false;
    writer.onWish((wish) => ('follow' in wish ? wishes.push(wish) : (isHeard = true)));
    await eventually(async () => {
      await reader.wish({ stop: 'nothing' });
      return isHeard;
    });
  });
  beforeEach(async () => {
    wishes.length = 0;
    over = jest.fn();
    log = new TurnLog();
    log.append('one ');
    heard = new HeardTurn(reader, messageId, log, over);
    await eventually(() => wishes.length > 0);
  });
  afterEach(() => heard.end());
  afterAll(endRedis);

  it('asks from where it is, and cuts what it has', async () => {
    expect(wishes).toEqual([ask(4)]);
    await say(0, 'one ');
    await say(0, 'one two ');
    await say(6, 'o three ');
    await say(4, 'two ');
    await say(14, 'four');
    await hears('one two three four');
    expect(wishes).toEqual([ask(4)]);
  });

  it('asks once for what it missed', async () => {
    await say(4, 'two ');
    await say(14, 'four ');
    await say(19, 'five ');
    // Long before it is asked again anyway.
    await eventually(() => wishes.length > 1, 2_000);
    await say(8, 'three four five ');
    await hears('one two three four five ');
    expect(wishes).toEqual([ask(4), ask(8)]);
  });

  it('hears why it broke off, as it was thrown', async () => {
    const error = new AppError(
      'upstream_limited',
      { reason: 'too_long', params: { max: 3 }, details: { reason: 'rate_limit' }, retryAfter: 7 },
      [{ field: 'api_key', reason: 'invalid' }],
    );
    await writer.say(messageId, wordOf({ type: 'error', error }));
    await eventually(() => over.mock.calls.length > 0);
    expect({ ...(await heard.error()) }).toEqual({ ...error });
  });

  it.each([
    ['it is over', () => log.finish({ type: 'error', error: new AppError('unavailable') })],
    ['nobody reads it', () => heard.end()],
  ])('hears nothing more when %s', async (_when, happens) => {
    happens();
    await say(4, 'two ');
    await untilAllIsHeard();
    expect(log.whole()).toBe('one ');
  });
});
