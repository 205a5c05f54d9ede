import type { AuditAction } from './audit-action';

/** As named when it happened; the user may be renamed or gone since. */
export interface AuditParty {
  readonly id: string;
  readonly username: string;
}

export interface AuditTarget {
  /** Such as `user`, `role`, `session`, `api_key`. */
  readonly type: string;
  readonly id: string;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly action: AuditAction;
  readonly actor: AuditParty | null;
  readonly target: AuditTarget | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: object;
}
