import { idAt, isId, newId } from './ids';

describe('newId', () => {
  it('makes UUIDs of version 7 that carry their time', () => {
    const now = Date.UTC(2030, 0, 1);
    const id = newId(now);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
  });

  it('sorts by the order of making, also within a millisecond and when the clock steps back', () => {
    const now = Date.UTC(2031, 0, 1);
    const ids = Array.from({ length: 20_000 }, (_, i) => newId(now - (i % 2)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('idAt', () => {
  it('makes UUIDs of version 7 of any time, whatever was made before', () => {
    newId();
    for (const time of [Date.UTC(2023, 0, 1), 0]) {
      const id = idAt(time);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(time);
      expect(idAt(time)).not.toBe(id);
    }
  });
});

describe('isId', () => {
  it.each([
    ['018f6b1e-7c00-7000-8000-000000000000', true],
    ['018F6B1E-7C00-7000-8000-000000000000', true],
    ['018f6b1e7c0070008000000000000000', false],
    ['018f6b1e-7c00-7000-8000-00000000000', false],
    ["' OR 1=1 --", false],
    ['', false],
  ])('%s is %s', (value, expected) => {
    expect(isId(value)).toBe(expected);
  });
});
