import { type ResetPeriod, resetPeriods } from '#quota';
import { ChoiceField } from '../../edge/fields/choice.field';
import { SomeLimitsRequest } from './limits.request';

export class OverrideQuotaRequest extends SomeLimitsRequest {}

export class ResetQuotaRequest {
  @ChoiceField(resetPeriods, { optional: true, example: 'day' })
  period: ResetPeriod = 'all';
}
