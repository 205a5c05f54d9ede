import { costOf } from './cost';
import { demoModel } from './demo-model';

const priced = (input: number, output: number) => ({ ...demoModel, costPer1kTokens: { input, output } });

describe('costOf', () => {
  it.each([
    [0.00015, 0.0006, 5, 1, 0.000001],
    [0.00015, 0.0006, 1_000, 1_000, 0.00075],
    [0.1, 0.2, 1, 1, 0.0003],
    [0.0025, 0.01, 123_456, 7_890, 0.38754],
    [0.001, 0.005, 1_000_000_000, 0, 1_000],
    [0, 0, 10, 10, 0],
  ])(
    'prices of %d and %d make of %d and %d tokens %d dollars',
    (input, output, promptTokens, completionTokens, cost) => {
      expect(costOf(priced(input, output), { promptTokens, completionTokens })).toBe(cost);
    },
  );
});
