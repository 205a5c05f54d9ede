import { Injectable } from '@nestjs/common';
import type { Db, SqlValue } from '#platform';
import type { Windows } from '../windows/quota-windows';
import type { UsageDay, UsageFigures, UsageGroup, UsageRow, UsageSummary, UsedAmounts } from './usage';
import type { UsageSpan } from './usage-span';

export interface UsageSelection {
  readonly span: UsageSpan;
  /** Undefined: everyone's. */
  readonly userId: string | undefined;
}

export interface UsagePageQuery extends UsageSelection {
  readonly groupBy: UsageGroup;
  /** The last key of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** A text, for null is neither before nor after anything; empty: no conversation kept it. */
const conversation = "COALESCE(CAST(conversation_id AS CHAR(36)), '')";

const keys: Readonly<Record<UsageGroup, string>> = {
  day: 'day',
  user: 'user_id',
  model: 'model',
  plan: 'plan',
  conversation,
};

const summed = ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cost_micros'];
const sums = `
  SUM(requests) AS "requests", SUM(prompt_tokens) AS "promptTokens", SUM(completion_tokens) AS "completionTokens",
  SUM(total_tokens) AS "totalTokens", SUM(cost_micros) AS "costMicros"`;

interface PageRow extends UsageFigures {
  readonly name: string;
  readonly username?: string | null;
}

interface SummaryRow extends Readonly<Record<`${'day' | 'month' | 'all'}_${keyof UsedAmounts}`, number>> {
  readonly userId: string;
}

const amounts = { requests: 'requests', totalTokens: 'total_tokens', costMicros: 'cost_micros' } as const;

const summary = (name: string, condition: string) =>
  Object.entries(amounts)
    .map(([amount, sum]) => `SUM(CASE WHEN ${condition} THEN ${sum} ELSE 0 END) AS "${name}_${amount}"`)
    .join(', ');

const repeat = (value: SqlValue) => Object.keys(amounts).map(() => value);

function summaryOf(row: SummaryRow): UsageSummary {
  const of = (name: 'day' | 'month' | 'all'): UsedAmounts => ({
    requests: row[`${name}_requests`],
    totalTokens: row[`${name}_totalTokens`],
    costMicros: row[`${name}_costMicros`],
  });
  return { today: of('day'), thisMonth: of('month'), ever: of('all') };
}

interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

@Injectable()
export class UsageRepository {
  /** In the order of the keys. */
  async page(db: Db, { groupBy, after, limit, ...selection }: UsagePageQuery): Promise<UsageRow[]> {
    const key = keys[groupBy];
    const { text, values } = usedIn(selection, key, after === undefined ? [] : [[`${key} > ?`, after]]);
    const grouped = `SELECT name, ${sums} FROM (${text}) used GROUP BY name ORDER BY name LIMIT ?`;
    const sql =
      groupBy === 'user'
        ? `SELECT grouped.*, known.username AS "username"
           FROM (${grouped}) grouped LEFT JOIN users known ON known.id = grouped.name ORDER BY grouped.name`
        : grouped;
    const rows = await db.query<PageRow>(sql, [...values, limit]);
    return rows.map(({ name, username = null, ...figures }) => ({ key: name || null, username, ...figures }));
  }

  /** Everyone's, and how many of them there were. */
  async byDay(db: Db, from: string): Promise<(UsageDay & { readonly day: string; readonly activeUsers: number })[]> {
    return db.query(
      `SELECT day AS "day", ${sums}, SUM(failures) AS "failures", SUM(first_tokens) AS "firstTokens",
         SUM(first_token_ms) AS "firstTokenMs", COUNT(DISTINCT CASE WHEN requests > 0 THEN user_id END) AS "activeUsers"
       FROM usage_days WHERE day >= ? GROUP BY day`,
      [from],
    );
  }

  async activeUsers(db: Db, from: string): Promise<number> {
    const sql = 'SELECT COUNT(DISTINCT user_id) AS "count" FROM usage_days WHERE day >= ? AND requests > 0';
    const [row] = await db.query<{ count: number }>(sql, [from]);
    return row?.count ?? 0;
  }

  /** Of each of these users who has used anything. */
  async ofEach(db: Db, userIds: readonly string[], { day, month }: Windows): Promise<Map<string, UsageSummary>> {
    if (userIds.length === 0) return new Map();
    const places = userIds.map(() => '?').join(', ');
    const rows = await db.query<SummaryRow>(
      `SELECT user_id AS "userId", ${summary('day', 'day = ?')}, ${summary('month', 'day >= ?')}, ${summary('all', '0 <= ?')}
       FROM usage_days WHERE user_id IN (${places}) GROUP BY user_id`,
      [...repeat(day), ...repeat(`${month}-01`), ...repeat(0), ...userIds],
    );
    return new Map(rows.map((row) => [row.userId, summaryOf(row)]));
  }

  async total(db: Db, selection: UsageSelection): Promise<UsageFigures> {
    const { text, values } = usedIn(selection, 'day', []);
    const [total] = await db.query<Record<keyof UsageFigures, number | null>>(
      `SELECT ${sums} FROM (${text}) used`,
      values,
    );
    return {
      requests: total?.requests ?? 0,
      promptTokens: total?.promptTokens ?? 0,
      completionTokens: total?.completionTokens ?? 0,
      totalTokens: total?.totalTokens ?? 0,
      costMicros: total?.costMicros ?? 0,
    };
  }
}

type Condition = readonly [sql: string, value: SqlValue];

/** What was used, under the names of the groups: the sums of whole days, the entries of what is left of others. */
function usedIn({ span, userId }: UsageSelection, key: string, more: readonly Condition[]): Sql {
  const always: Condition[] = [...(userId === undefined ? [] : [['user_id = ?', userId] as const]), ...more];
  // Days know no conversations: those of one user are looked up in his part of the ledger.
  const hasDays = key !== conversation;
  const days: Condition[] = span.wholeDays.map(({ operator, day }) => [`day ${operator} ?`, day]);
  const whole = hasDays
    ? select(`${key} AS name, requests, ${summed.join(', ')} FROM usage_days`, [
        ['requests > ?', 0],
        ...days,
        ...always,
      ])
    : entries(key, [...days, ...always]);
  const edges = span.edges.map(({ day, from, to }) =>
    entries(key, [
      ['day = ?', day],
      ...(from === undefined ? [] : [['at >= ?', from] as const]),
      ...(to === undefined ? [] : [['at < ?', to] as const]),
      ...always,
    ]),
  );
  const parts = [whole, ...edges];
  return {
    text: parts.map(({ text }) => text).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  };
}

function entries(key: string, conditions: readonly Condition[]): Sql {
  return select(`${key} AS name, 1 AS requests, ${summed.join(', ')} FROM usage_ledger`, conditions);
}

function select(what: string, conditions: readonly Condition[]): Sql {
  const where = conditions.map(([sql]) => sql).join(' AND ');
  return { text: `SELECT ${what}${where && ` WHERE ${where}`}`, values: conditions.map(([, value]) => value) };
}
