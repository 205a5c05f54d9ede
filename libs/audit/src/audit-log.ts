import { Injectable } from '@nestjs/common';
import { AppError, Clock, isId, newId } from '#kernel';
import { Db, requestContext, type Tx } from '#platform';
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

/** No username has brackets. */
const FORGOTTEN = '(deleted)';
const EXPORTED_AT_ONCE = 500;

const RECORD = `
  INSERT INTO audit_logs (id, at, action, actor_id, actor_name, target_type, target_id, ip, user_agent, request_id, details)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Append-only, but that it forgets names: who did what to whom, when, and from where. */
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
    await db.execute(RECORD, [
      newId(at.getTime()),
      at,
      action,
      actor?.id ?? null,
      actor?.username ?? null,
      target?.type ?? null,
      cut(target?.id, 100),
      cut(ip, 64),
      cut(userAgent, 300),
      cut(requestId, 128),
      JSON.stringify(details),
    ]);
  }

  /**
   * Leaves of an account that is gone what was done, under an id that says nothing: no name, no address, and of what was
   * its own no details. Answers how many entries there are of it.
   */
  async forget(tx: Tx, userId: string): Promise<number> {
    await tx.execute('UPDATE audit_logs SET actor_name = ?, ip = NULL, user_agent = NULL WHERE actor_id = ?', [
      FORGOTTEN,
      userId,
    ]);
    await tx.execute('UPDATE audit_logs SET ip = NULL, user_agent = NULL WHERE target_id = ? AND actor_id IS NULL', [
      userId,
    ]);
    await tx.execute(`UPDATE audit_logs SET details = '{}' WHERE target_id = ?`, [userId]);
    await tx.execute(
      `UPDATE audit_logs SET details = '{}' WHERE actor_id = ? AND target_type IN ('api_key', 'session', 'share')`,
      [userId],
    );
    const ofUser = 'SELECT COUNT(*) AS "count" FROM audit_logs WHERE actor_id = ? OR target_id = ?';
    const [row] = await tx.query<{ count: number }>(ofUser, [userId, userId]);
    return Number(row?.count);
  }

  /** All that there are, newest first, a page at a time. */
  async *pages(filters: Omit<AuditSearch, 'cursor' | 'limit'>): AsyncGenerator<readonly AuditEntry[]> {
    let cursor: string | undefined;
    do {
      const { entries, nextCursor } = await this.search({ ...filters, cursor, limit: EXPORTED_AT_ONCE });
      yield entries;
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
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
