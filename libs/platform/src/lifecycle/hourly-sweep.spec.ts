import { Logger } from '@nestjs/common';
import { HourlySweep } from './hourly-sweep';

const HOUR = 3_600_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('works each hour, also after an hour in which it failed, until the end', async () => {
  const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  const work = jest.fn().mockResolvedValue(undefined).mockRejectedValueOnce(new Error('away'));
  const sweep = new HourlySweep('keys', work);
  sweep.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(HOUR - 1);
  expect(work).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1 + HOUR);
  expect(work).toHaveBeenCalledTimes(2);
  expect(warned).toHaveBeenCalledTimes(1);
  sweep.onModuleDestroy();
  await jest.advanceTimersByTimeAsync(HOUR);
  expect(work).toHaveBeenCalledTimes(2);
});
