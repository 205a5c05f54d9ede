import { saneBill } from './turn-bill';

const MOST = 2 ** 31 - 1;

it.each([
  [5, 5],
  [0, 0],
  [-3, 0],
  [2.6, 3],
  [NaN, 0],
  [-Infinity, 0],
  [Infinity, MOST],
  [1e300, MOST],
])('takes %p for %p', (reported, kept) => {
  const bill = {
    ...({ turnId: 't', conversationId: 'c', model: 'm', status: 'complete', ownKey: false, cached: false } as const),
    usage: { promptTokens: reported, completionTokens: reported, totalTokens: reported },
    costMicros: reported,
    firstTokenMs: reported,
  };
  expect(saneBill(bill)).toEqual({
    ...bill,
    usage: { promptTokens: kept, completionTokens: kept, totalTokens: kept },
    costMicros: kept,
    firstTokenMs: kept,
  });
});
