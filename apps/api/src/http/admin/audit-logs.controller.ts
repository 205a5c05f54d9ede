import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditLog } from '#audit';
import { API } from '../../edge/addresses';
import { RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { SearchAuditLogsQuery } from './audit-logs.request';
import { AuditLogsResponse, presentAuditPage } from './audit-logs.response';

@ApiTags('Administration')
@Controller(`${API}/admin/audit-logs`)
export class AdminAuditLogsController {
  constructor(private readonly audit: AuditLog) {}

  @ApiRoute({
    summary: 'Who did what to whom, when and from where, the newest first (audit:read)',
    answers: AuditLogsResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @RequirePermission('audit:read')
  @Get()
  async search(@Query() { size, ...filters }: SearchAuditLogsQuery): Promise<AuditLogsResponse> {
    return presentAuditPage(await this.audit.search({ ...filters, limit: size }));
  }
}
