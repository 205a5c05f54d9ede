import type { Usage } from './language-model';
import type { Model } from './model';

/** US dollars, to the millionth. */
export function costOf({ costPer1kTokens }: Model, { promptTokens, completionTokens }: Usage): number {
  const thousandths = promptTokens * costPer1kTokens.input + completionTokens * costPer1kTokens.output;
  return Math.round(thousandths * 1_000) / 1_000_000;
}
