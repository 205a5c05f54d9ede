import type { UsageBound } from '#quota';
import { ChoiceField } from '../../edge/fields/choice.field';
import { IdField } from '../../edge/fields/id.field';
import { UsageBoundField } from '../../edge/fields/usage-bound.field';

export class UsageQuery {
  @UsageBoundField({ description: 'The first day, or the first moment', example: '2026-01-01' })
  from?: UsageBound;

  @UsageBoundField({ description: 'The last day, included, or a moment, not included', example: '2026-01-31' })
  to?: UsageBound;

  @ChoiceField(['day', 'user', 'model', 'plan'], { optional: true })
  group_by: 'day' | 'user' | 'model' | 'plan' = 'day';

  @IdField({ optional: true, description: 'Of this user alone' })
  user_id?: string;

  @ChoiceField(['json', 'csv'], { optional: true })
  format: 'json' | 'csv' = 'json';
}
