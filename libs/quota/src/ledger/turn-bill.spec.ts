import { figuresOf } from './turn-bill';

const MOST = 2 ** 31 - 1;

it('are sums, whole tokens, and millionths of a dollar', () => {
  const usage = { promptTokens: 5, completionTokens: 2.6 };
  expect(figuresOf({ usage, cost: 0.000007, firstTokenMs: 12.4 })).toEqual({
    ...{ promptTokens: 5, completionTokens: 3, totalTokens: 8, costMicros: 7, firstTokenMs: 12 },
  });
  expect(figuresOf({ usage, cost: 1.234567, firstTokenMs: null })).toMatchObject({
    costMicros: 1_234_567,
    firstTokenMs: null,
  });
});

it.each([
  [0, 0],
  [-3, 0],
  [NaN, 0],
  [-Infinity, 0],
  [Infinity, MOST],
  [1e300, MOST],
])('takes %p for %p', (reported, kept) => {
  const usage = { promptTokens: reported, completionTokens: reported };
  expect(figuresOf({ usage, cost: reported, firstTokenMs: reported })).toEqual({
    ...{ promptTokens: kept, completionTokens: kept, totalTokens: kept, costMicros: kept, firstTokenMs: kept },
  });
});
