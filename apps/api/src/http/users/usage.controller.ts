import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UsageReports } from '#quota';
import { API } from '../../edge/addresses';
import { download, textFiles } from '../../edge/answer/download';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { MOST_USAGE_ROWS, OwnUsageResponse, presentUsageReport, usageCsv } from '../../edge/presenters/usage.response';
import { OwnUsageQuery } from './usage.request';

@ApiTags('Me')
@Controller(`${API}/users/me/usage`)
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @ApiRoute({
    summary: 'What I have used, and what it cost',
    description:
      'By day, model or conversation; also of conversations that are gone. A turn counts on the day on which it began, ' +
      'in the time zone of the quotas, and within a day at the moment in which it ended. A reset of the quota changes ' +
      'nothing here. Without `from` or `to` there is no limit on that side.',
    answers: OwnUsageResponse,
    streams: textFiles('text/csv'),
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Get()
  async own(
    @Exchange() exchange: HttpExchange,
    @Query() { group_by, format, ...range }: OwnUsageQuery,
  ): Promise<OwnUsageResponse | Streamed> {
    const query = { ...range, groupBy: group_by, userId: exchange.request.user.userId };
    if (format === 'json') return presentUsageReport(group_by, await this.reports.report(query, MOST_USAGE_ROWS));
    const chunks = usageCsv(group_by, this.reports.pages(query));
    return download(exchange, { fileName: 'usage.csv', mediaType: 'text/csv; charset=utf-8', chunks });
  }
}
