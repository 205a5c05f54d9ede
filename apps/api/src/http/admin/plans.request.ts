import { TextField } from '../../edge/fields/text.field';
import { LimitField, SomeLimitsRequest } from './limits.request';

export class CreatePlanRequest {
  @TextField({ min: 1, max: 50, example: 'team' })
  name!: string;

  @LimitField(100)
  daily_requests!: number | null;

  @LimitField(2_000)
  monthly_requests!: number | null;

  @LimitField(20_000)
  daily_tokens!: number | null;

  @LimitField(200_000)
  monthly_tokens!: number | null;
}

export class UpdatePlanRequest extends SomeLimitsRequest {
  @TextField({ min: 1, max: 50, optional: true, example: 'team', description: 'If given, the name in the address' })
  name?: string;
}
