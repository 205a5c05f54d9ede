import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UsageReports } from '#quota';
import { API } from '../../edge/addresses';
import { download, textFiles } from '../../edge/answer/download';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import {
  MOST_USAGE_ROWS,
  presentUsageReport,
  usageCsv,
  UsageReportResponse,
} from '../../edge/presenters/usage.response';
import { UsageQuery } from './usage.request';

@ApiTags('Administration')
@Controller(`${API}/admin/usage`)
export class AdminUsageController {
  constructor(private readonly reports: UsageReports) {}

  @ApiRoute({
    summary: 'What was used, and what it cost (usage:read)',
    description:
      'By day, user, model or plan, also of accounts that are gone. A turn counts on the day on which it began, in the ' +
      'time zone of the quotas, and within a day at the moment in which it ended; under the plan that its user had ' +
      'then. Without `from` or `to` there is no limit on that side.',
    answers: UsageReportResponse,
    streams: textFiles('text/csv'),
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @RequirePermission('usage:read')
  @Get()
  async usage(
    @Exchange() exchange: HttpExchange,
    @Query() { group_by, format, user_id, ...range }: UsageQuery,
  ): Promise<UsageReportResponse | Streamed> {
    const query = { ...range, groupBy: group_by, userId: user_id };
    if (format === 'json') return presentUsageReport(group_by, await this.reports.report(query, MOST_USAGE_ROWS));
    const chunks = usageCsv(group_by, this.reports.pages(query));
    return download(exchange, { fileName: 'usage.csv', mediaType: 'text/csv; charset=utf-8', chunks });
  }
}
