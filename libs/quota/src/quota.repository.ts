import { Injectable } from '@nestjs/common';
import type { Db, SqlValue, Tx } from '#platform';
import type { BillFigures, TokenUsage, TurnBill, TurnCharge } from './ledger/turn-bill';
import type { Amounts, Standing } from './quota-status';
import {
  addEntry,
  addFailure,
  closeAndFailAtOnce,
  closeAndNoteAtOnce,
  closeAtOnce,
  counterColumns,
  factValues,
  insertHold,
  ledgerColumns,
  openAtOnce,
  readStanding,
  type StandingRow,
} from './quota-statements';
import type { Windows } from './windows/quota-windows';

export interface NewHold {
  readonly turnId: string;
  readonly userId: string;
  readonly tokens: number;
  readonly promptTokens: number;
  readonly model: string | null;
  readonly leaseUntil: Date;
}

export interface LedgerEntry extends BillFigures, Omit<TurnBill, 'usage' | 'cost'> {
  readonly id: string;
  readonly at: Date;
}

export interface HeldPrompt {
  readonly tokens: number;
  /** Of what no conversation keeps; else null. */
  readonly model: string | null;
}

interface HoldRow {
  readonly user_id: string;
  readonly plan: string;
  readonly day: string;
  readonly month: string;
  readonly tokens: number;
}

@Injectable()
export class QuotaRepository {
  async standing(db: Db, userId: string, windows: Windows, now: Date): Promise<Standing | null> {
    return one(await db.query<StandingRow>(readStanding, [now, windows.day, windows.month, userId]));
  }

  /** Takes the hold, whatever the limits, and answers how the user stands with it; nobody else's comes in between. */
  async open(tx: Tx, hold: NewHold, { day, month }: Windows, now: Date): Promise<Standing | null> {
    const { turnId, userId, tokens, promptTokens, model, leaseUntil } = hold;
    const holdValues = [turnId, day, month, now, tokens, promptTokens, model, leaseUntil, userId];
    const standingValues = [now, day, month, userId];
    if (tx.engine === 'postgres') {
      return one(await tx.query<StandingRow>(openAtOnce, [...holdValues, ...standingValues]));
    }
    if ((await tx.execute(insertHold, holdValues)) === 0) return null;
    const onConflict =
      tx.engine === 'mysql' ? 'ON DUPLICATE KEY UPDATE' : 'ON CONFLICT (user_id, period) DO UPDATE SET';
    await tx.execute(
      `INSERT INTO quota_counters (${counterColumns}) VALUES (?, ?, 0, 0, 1, ?), (?, ?, 0, 0, 1, ?)
       ${onConflict} requests_held = requests_held + 1, tokens_held = tokens_held + ?`,
      [userId, month, tokens, userId, day, tokens, tokens],
    );
    return one(await tx.query<StandingRow>(readStanding, standingValues));
  }

  /** Gives back some of what the same transaction took in the same windows. */
  async shrink(tx: Tx, { turnId, userId }: NewHold, { day, month }: Windows, tokens: number): Promise<void> {
    await tx.execute('UPDATE quota_holds SET tokens = tokens - ? WHERE turn_id = ?', [tokens, turnId]);
    await tx.execute('UPDATE quota_counters SET tokens_held = tokens_held - ? WHERE user_id = ? AND period IN (?, ?)', [
      tokens,
      userId,
      month,
      day,
    ]);
  }

  /** Charges the hold with its request and tokens, and notes it; false: there is no such hold. */
  async settle(tx: Tx, entry: LedgerEntry): Promise<boolean> {
    const { totalTokens: tokens } = entry;
    const facts = factsOf(entry);
    if (tx.engine === 'postgres') {
      return (await tx.query(closeAndNoteAtOnce, [entry.turnId, tokens, 1, ...facts])).length > 0;
    }
    const hold = await this.close(tx, entry.turnId, { requests: 1, tokens });
    if (hold === undefined) return false;
    const ofHold = [Math.min(tokens, hold.tokens), hold.user_id, hold.plan, hold.day];
    await tx.execute(`INSERT INTO usage_ledger (${ledgerColumns}) VALUES (${factValues}, ?, ?, ?, ?)`, [
      ...facts,
      ...ofHold,
    ]);
    await tx.execute(addEntry(tx.engine), [entry.turnId]);
    return true;
  }

  /** Lets go of the hold for nothing; false: there is no such hold. */
  async release(tx: Tx, turnId: string): Promise<boolean> {
    if (tx.engine === 'postgres') {
      return (await tx.query(closeAtOnce, [turnId, 0, 0])).length > 0;
    }
    return (await this.close(tx, turnId, { requests: 0, tokens: 0 })) !== undefined;
  }

  /** Lets go of the hold for nothing, and counts the failure; false: there is no such hold. */
  async fail(tx: Tx, turnId: string, model: string): Promise<boolean> {
    if (tx.engine === 'postgres') {
      return (await tx.query(closeAndFailAtOnce, [turnId, 0, 0, model])).length > 0;
    }
    const hold = await this.close(tx, turnId, { requests: 0, tokens: 0 });
    if (hold === undefined) return false;
    await tx.execute(addFailure(tx.engine), [hold.user_id, hold.day, model, hold.plan]);
    return true;
  }

  async renew(db: Db, turnIds: readonly string[], leaseUntil: Date): Promise<void> {
    const places = turnIds.map(() => '?').join(', ');
    await db.execute(`UPDATE quota_holds SET lease_until = ? WHERE turn_id IN (${places})`, [leaseUntil, ...turnIds]);
  }

  async expired(db: Db, now: Date, limit: number): Promise<string[]> {
    const rows = await db.query<{ turn_id: string }>(
      'SELECT turn_id FROM quota_holds WHERE lease_until < ? ORDER BY lease_until LIMIT ?',
      [now, limit],
    );
    return rows.map(({ turn_id }) => turn_id);
  }

  async heldPrompt(tx: Tx, turnId: string): Promise<HeldPrompt | undefined> {
    const sql = 'SELECT prompt_tokens AS "tokens", model FROM quota_holds WHERE turn_id = ?';
    return (await tx.query<HeldPrompt>(sql, [turnId]))[0];
  }

  async chargeOf(db: Db, turnId: string): Promise<TurnCharge | undefined> {
    const [entry] = await db.query<TokenUsage & { readonly costMicros: number }>(
      `SELECT prompt_tokens AS "promptTokens", completion_tokens AS "completionTokens", cost_micros AS "costMicros"
       FROM usage_ledger WHERE turn_id = ?`,
      [turnId],
    );
    if (entry === undefined) return undefined;
    const { costMicros, ...usage } = entry;
    return { usage, cost: costMicros / 1_000_000 };
  }

  private async close(tx: Tx, turnId: string, charge: Amounts): Promise<HoldRow | undefined> {
    const lock = tx.engine === 'mysql' ? 'FOR UPDATE' : '';
    const [hold] = await tx.query<HoldRow>(`SELECT * FROM quota_holds WHERE turn_id = ? ${lock}`, [turnId]);
    if (hold === undefined) return undefined;
    await tx.execute('DELETE FROM quota_holds WHERE turn_id = ?', [turnId]);
    const values = [charge.requests, Math.min(charge.tokens, hold.tokens), hold.tokens];
    await tx.execute(
      `UPDATE quota_counters SET
         requests = requests + ?, tokens = tokens + ?, requests_held = requests_held - 1, tokens_held = tokens_held - ?
       WHERE user_id = ? AND period IN (?, ?) ${tx.engine === 'mysql' ? 'ORDER BY period' : ''}`,
      [...values, hold.user_id, hold.month, hold.day],
    );
    return hold;
  }
}

function one([row]: readonly StandingRow[]): Standing | null {
  return row === undefined ? null : standingIn(row);
}

export function standingIn(row: StandingRow): Standing {
  return {
    plan: row.plan,
    limits: {
      dailyRequests: row.daily_requests,
      monthlyRequests: row.monthly_requests,
      dailyTokens: row.daily_tokens,
      monthlyTokens: row.monthly_tokens,
    },
    day: { requests: row.day_requests, tokens: row.day_tokens },
    month: { requests: row.month_requests, tokens: row.month_tokens },
    turnsRunning: row.turns_running,
  };
}

/** In the order of `ledgerColumns`. */
export function factsOf(entry: LedgerEntry): SqlValue[] {
  return [
    ...[entry.id, entry.at, entry.turnId, entry.conversationId, entry.model],
    ...[entry.promptTokens, entry.completionTokens, entry.totalTokens, entry.costMicros],
    ...[entry.status, entry.ownKey, entry.cached, entry.firstTokenMs],
  ];
}
