import { FifoLock } from './fifo-lock';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('gives each a turn, in the order of asking, and forgets whoever waits too long', async () => {
  const lock = new FifoLock();
  const order: string[] = [];
  const ask = async (name: string, limitMs: number) => {
    const mine = await lock.take(limitMs);
    order.push(mine ? name : `${name} too late`);
  };
  expect(lock.tryTake()).toBe(true);
  expect(lock.tryTake()).toBe(false);
  const asked = [ask('first', 1_000), ask('hasty', 10), ask('second', 1_000)];
  await jest.advanceTimersByTimeAsync(10);
  expect(order).toEqual(['hasty too late']);
  lock.give();
  await asked[0];
  lock.give();
  await Promise.all(asked);
  expect(order).toEqual(['hasty too late', 'first', 'second']);
  expect(jest.getTimerCount()).toBe(0);
  lock.give();
  expect(lock.tryTake()).toBe(true);
});
