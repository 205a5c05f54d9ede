import { Injectable } from '@nestjs/common';
import { AppError, Clock, isId, newId } from '#kernel';
import { Db, requestContext } from '#platform';
import type { AuditAction } from './audit-action';
import type { AuditEntry, AuditParty, AuditTarget } from './audit-entry';
import { AuditEntryEntity } from './audit-entry.entity';

export interface AuditRecord {
  readonly action: AuditAction;
  /** Null: nobody who is known. */
  readonly actor?: AuditParty | null;
  readonly target?: AuditTarget | null;
  /** What changed. Never a secret: admins read it. */
  readonly details?: object;
}

export interface AuditSearch {
  /** A user's id. */
  readonly actor?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** The id of what was acted on; of a role, its name. */
  readonly target?: string | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** Append-only: who did what to whom, when, and from where. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** With the transaction that changes something as `db`, the change and its entry stand or fall together. */
  async record(db: Db, { action, actor, target, details = {} }: AuditRecord): Promise<void> {
    const { ip, userAgent, requestId } = requestContext.current() ?? {};
    const at = this.clock.date();
    await db.getRepository(AuditEntryEntity).insert({
      id: newId(at.getTime()),
      at,
      action,
      actorId: actor?.id ?? null,
      actorName: actor?.username ?? null,
      targetType: target?.type ?? null,
      targetId: cut(target?.id, 100),
      ip: cut(ip, 64),
      userAgent: cut(userAgent, 300),
      requestId: cut(requestId, 128),
      details,
    });
  }

  /** Newest first. */
  async search({ actor, action, target, from, to, cursor, limit }: AuditSearch): Promise<AuditPage> {
    if (cursor !== undefined && !isId(cursor)) throw AppError.invalid({ field: 'cursor', reason: 'invalid' });
    if (actor !== undefined && !isId(actor)) return { entries: [], nextCursor: null };
    const query = this.db.getRepository(AuditEntryEntity).createQueryBuilder('entry');
    if (actor !== undefined) query.andWhere('entry.actorId = :actor', { actor: actor.toLowerCase() });
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (target !== undefined) query.andWhere('entry.targetId = :target', { target: asStored(target) });
    if (from !== undefined) query.andWhere('entry.at >= :from', { from });
    if (to !== undefined) query.andWhere('entry.at < :to', { to });
    if (cursor !== undefined) query.andWhere('entry.id < :cursor', { cursor: cursor.toLowerCase() });
    const rows = await query
      .orderBy('entry.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const entries = rows.slice(0, limit).map(toAuditEntry);
    return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }
}

/** Ids in either case; of names the case counts. */
function asStored(target: string): string {
  return isId(target) ? target.toLowerCase() : target;
}

function toAuditEntry(row: AuditEntryEntity): AuditEntry {
  const { actorId, actorName, targetType, targetId, ...rest } = row;
  return {
    ...rest,
    actor: actorId === null || actorName === null ? null : { id: actorId, username: actorName },
    target: targetType === null || targetId === null ? null : { type: targetType, id: targetId },
  };
}

/** Never through the middle of a character. */
function cut(text: string | undefined, length: number): string | null {
  return text?.slice(0, length).toWellFormed() ?? null;
}
