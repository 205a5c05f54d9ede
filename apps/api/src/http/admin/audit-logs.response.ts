import { ApiProperty } from '@nestjs/swagger';
import { type AuditAction, auditActions, type AuditEntry, type AuditPage } from '#audit';
import { csvRecord } from '../../edge/answer/csv';
import { CursorResponse } from '../../edge/presenters/pagination.response';

const EXAMPLE_ID = '019b76da-a800-7000-8000-000000000002';

class AuditActorResponse {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly id!: string;

  @ApiProperty({ example: 'alice', description: 'As it was then' })
  readonly username!: string;
}

class AuditTargetResponse {
  @ApiProperty({ example: 'user' })
  readonly type!: string;

  @ApiProperty({ example: EXAMPLE_ID })
  readonly id!: string;
}

class AuditEntryResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000005' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly at!: string;

  @ApiProperty({ enum: auditActions, example: 'user.updated' })
  readonly action!: AuditAction;

  @ApiProperty({ type: AuditActorResponse, nullable: true, description: 'null: nobody who is known' })
  readonly actor!: AuditActorResponse | null;

  @ApiProperty({ type: AuditTargetResponse, nullable: true })
  readonly target!: AuditTargetResponse | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  readonly ip!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'curl/8.0' })
  readonly user_agent!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '019b76da-a800-7000-8000-000000000001' })
  readonly request_id!: string | null;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What changed',
    example: { before: { is_vip: false }, after: { is_vip: true } },
  })
  readonly details!: object;
}

export class AuditLogsResponse {
  @ApiProperty({ type: [AuditEntryResponse] })
  readonly entries!: readonly AuditEntryResponse[];

  @ApiProperty()
  readonly pagination!: CursorResponse;
}

export function presentAuditPage({ entries, nextCursor }: AuditPage): AuditLogsResponse {
  return { entries: entries.map(presentEntry), pagination: { next_cursor: nextCursor } };
}

export async function* auditCsv(pages: AsyncIterable<readonly AuditEntry[]>) {
  const head = ['id', 'at', 'action', 'actor_id', 'actor', 'target_type', 'target_id', 'ip', 'user_agent'];
  yield csvRecord([...head, 'request_id', 'details']);
  for await (const page of pages) yield page.map((entry) => csvRecord(cellsOf(presentEntry(entry)))).join('');
}

export async function* auditJsonl(pages: AsyncIterable<readonly AuditEntry[]>) {
  for await (const page of pages) yield page.map((entry) => `${JSON.stringify(presentEntry(entry))}\n`).join('');
}

function cellsOf({ actor, target, details, ...entry }: AuditEntryResponse) {
  return [
    ...[entry.id, entry.at, entry.action, actor?.id ?? null, actor?.username ?? null],
    ...[target?.type ?? null, target?.id ?? null, entry.ip, entry.user_agent, entry.request_id],
    JSON.stringify(details),
  ];
}

function presentEntry(entry: AuditEntry): AuditEntryResponse {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    action: entry.action,
    actor: entry.actor,
    target: entry.target,
    ip: entry.ip,
    user_agent: entry.userAgent,
    request_id: entry.requestId,
    details: entry.details,
  };
}
