import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditLog } from '#audit';
import { API } from '../../edge/addresses';
import { download, textFiles } from '../../edge/answer/download';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { ExportAuditLogsQuery, SearchAuditLogsQuery } from './audit-logs.request';
import { auditCsv, auditJsonl, AuditLogsResponse, presentAuditPage } from './audit-logs.response';

const CSV = { fileName: 'audit-log.csv', mediaType: 'text/csv; charset=utf-8' };
const JSON_LINES = { fileName: 'audit-log.jsonl', mediaType: 'application/x-ndjson; charset=utf-8' };

@ApiTags('Administration')
@Controller(`${API}/admin/audit-logs`)
export class AdminAuditLogsController {
  constructor(private readonly audit: AuditLog) {}

  @ApiRoute({
    summary: 'The same as a file, all of it (audit:read)',
    description: 'CSV, or JSON Lines with an entry a line. The same filters; the newest first.',
    streams: textFiles('text/csv', 'application/x-ndjson'),
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @RequirePermission('audit:read')
  @Get('export')
  async export(
    @Exchange() exchange: HttpExchange,
    @Query() { format, ...filters }: ExportAuditLogsQuery,
  ): Promise<Streamed> {
    const pages = this.audit.pages(filters);
    return format === 'csv'
      ? download(exchange, { ...CSV, chunks: auditCsv(pages) })
      : download(exchange, { ...JSON_LINES, chunks: auditJsonl(pages) });
  }

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
