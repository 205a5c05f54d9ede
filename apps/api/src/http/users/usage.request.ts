import type { UsageBound } from '#quota';
import { ChoiceField } from '../../edge/fields/choice.field';
import { UsageBoundField } from '../../edge/fields/usage-bound.field';

export class OwnUsageQuery {
  @UsageBoundField({ description: 'The first day, or the first moment', example: '2026-01-01' })
  from?: UsageBound;

  @UsageBoundField({ description: 'The last day, included, or a moment, not included', example: '2026-01-31' })
  to?: UsageBound;

  @ChoiceField(['day', 'model', 'conversation'], { optional: true })
  group_by: 'day' | 'model' | 'conversation' = 'day';

  @ChoiceField(['json', 'csv'], { optional: true })
  format: 'json' | 'csv' = 'json';
}
