import { type AuditAction, auditActions } from '#audit';
import { ChoiceField } from '../../edge/fields/choice.field';
import { DateField } from '../../edge/fields/date.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

const USER_ID = '019b76da-a800-7000-8000-000000000002';
const ENTRY_ID = '019b76da-a800-7000-8000-000000000005';

class AuditFilters {
  @TextField({ min: 1, max: 100, optional: true, description: 'The id of a user', example: USER_ID })
  actor?: string;

  @ChoiceField(auditActions, { optional: true, example: 'auth.login' })
  action?: AuditAction;

  @TextField({
    min: 1,
    max: 100,
    optional: true,
    description: 'The id of what was acted on; of a role, its name',
    example: USER_ID,
  })
  target?: string;

  @DateField({ optional: true, example: '2026-01-01T00:00:00.000Z' })
  from?: Date;

  @DateField({ optional: true, example: '2026-02-01T00:00:00.000Z', description: 'Not included' })
  to?: Date;
}

export class ExportAuditLogsQuery extends AuditFilters {
  @ChoiceField(['csv', 'jsonl'], { optional: true })
  format: 'csv' | 'jsonl' = 'csv';
}

export class SearchAuditLogsQuery extends AuditFilters {
  @TextField({ min: 1, max: 100, optional: true, description: 'The next_cursor of the page before', example: ENTRY_ID })
  cursor?: string;

  @QueryIntegerField({ min: 1, max: 200, optional: true, default: 50 })
  size = 50;
}
