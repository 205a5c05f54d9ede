import { eventually } from '../../../../test/harness/eventually';
import { MemoryCache } from './memory-cache';

const HOUR_MS = 3_600_000;

describe('MemoryCache', () => {
  let cache: MemoryCache;
  beforeEach(() => {
    cache = new MemoryCache();
  });

  it.each([[{ a: [1, 'two', null] }], ['text'], [0], [false], [null], ['']])('keeps %j', async (value) => {
    await cache.set('key', value, HOUR_MS);
    expect(await cache.get('key')).toEqual(value);
  });

  it('knows nothing of other keys, nor of deleted ones', async () => {
    await cache.set('key', 1, HOUR_MS);
    expect(await cache.get('other')).toBeUndefined();
    await cache.delete('key');
    expect(await cache.get('key')).toBeUndefined();
  });

  it('hands out copies: nobody can change what is kept', async () => {
    const value = { list: [1] };
    await cache.set('key', value, HOUR_MS);
    value.list.push(2);
    (await cache.get<typeof value>('key'))?.list.push(3);
    expect(await cache.get('key')).toEqual({ list: [1] });
  });

  it('forgets a value when its time is up, and not the others', async () => {
    await cache.set('short', 1, 200);
    await cache.set('long', 1, HOUR_MS);
    expect(await cache.get('short')).toBe(1);
    await eventually(async () => (await cache.get('short')) === undefined);
    expect(await cache.get('long')).toBe(1);
  });

  it('is bounded, and forgets first what was used longest ago', async () => {
    await cache.set('used', 1, HOUR_MS);
    await cache.set('unused', 1, HOUR_MS);
    for (let i = 0; i < 12_000; i++) {
      await cache.set(`key ${i}`, i, HOUR_MS);
      if (i % 1_000 === 0) await cache.get('used');
    }
    expect(await cache.get('used')).toBe(1);
    expect(await cache.get('unused')).toBeUndefined();
    expect(await cache.get('key 0')).toBeUndefined();
    expect(await cache.get('key 11999')).toBe(11_999);
  });

  it('is bounded in size as well, whatever the number of its entries', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 40; i++) await cache.set(`key ${i}`, megabyte, HOUR_MS);
    const kept = await Promise.all(Array.from({ length: 40 }, (_, i) => cache.get<string>(`key ${i}`)));
    expect(kept.at(-1)).toBe(megabyte);
    expect(kept.filter((text) => text !== undefined).length).toBeLessThanOrEqual(16);
  });
});
