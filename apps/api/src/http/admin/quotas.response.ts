import { ApiProperty } from '@nestjs/swagger';
import type { AdministeredQuota } from '#quota';
import { LimitsResponse, presentLimits, presentQuota, QuotaResponse } from '../../edge/presenters/quota.response';

export class AdministeredQuotaResponse extends QuotaResponse {
  @ApiProperty({ type: LimitsResponse, nullable: true, description: 'What beats the plan; null: the plan holds' })
  readonly override!: LimitsResponse | null;
}

export function presentAdministeredQuota({ status, override }: AdministeredQuota): AdministeredQuotaResponse {
  return { ...presentQuota(status), override: override && presentLimits(override) };
}
