import type { Db } from '#platform';
import type { UpstreamCall } from './upstream-call';

interface PaidRow {
  readonly question: string;
  readonly turn: string;
  readonly status: string;
  readonly content: string;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly cached: boolean | number | null;
}

/**
 * What does not go over in full from the upstream's own record into the books, in words. For turns whose questions are all
 * different, of an upstream that was reset after what is in the tables already was said.
 */
export async function imbalanceOf(db: Db, calls: readonly UpstreamCall[]): Promise<string[]> {
  const rows = await db.query<PaidRow>(
    `SELECT q.content AS "question", a.id AS "turn", a.status AS "status", a.content AS "content",
       l.prompt_tokens AS "prompt_tokens", l.completion_tokens AS "completion_tokens", l.cached AS "cached"
     FROM messages a JOIN messages q ON q.id = a.parent_id LEFT JOIN usage_ledger l ON l.turn_id = a.id
     WHERE a.role = 'assistant'`,
  );
  const asked = new Map<string, UpstreamCall[]>();
  for (const call of calls) {
    const question = String(call.body?.messages.at(-1)?.content);
    asked.set(question, [...(asked.get(question) ?? []), call]);
  }
  const known = new Set(rows.map(({ question }) => question));
  return [
    ...[...asked.keys()].filter((question) => !known.has(question)).map((question) => `'${question}' is not stored`),
    ...rows.flatMap((row) => imbalanceOfTurn(row, asked.get(row.question) ?? [])),
  ];
}

function imbalanceOfTurn(row: PaidRow, calls: readonly UpstreamCall[]): string[] {
  const { question, status, content, cached } = row;
  const said = calls.filter(({ ending, usage }) => ending === 'answered' || usage !== undefined);
  const usage = said.length === 1 ? said[0]?.usage : undefined;
  const isPaid = row.prompt_tokens !== null;
  const faults = [
    said.length > 1 && `was answered ${said.length} times`,
    status === 'complete' && !cached && said.length === 0 && calls.length > 0 && 'is complete, and nobody said so',
    isPaid && cached && calls.length > 0 && 'was paid for as known, and was asked',
    isPaid && content === '' && status === 'failed' && 'is empty, and was paid for',
    status === 'complete' &&
      usage !== undefined &&
      (row.prompt_tokens !== usage.prompt_tokens || row.completion_tokens !== usage.completion_tokens) &&
      `took ${JSON.stringify(usage)}, and paid ${row.prompt_tokens} and ${row.completion_tokens}`,
  ];
  return faults.filter((fault) => typeof fault === 'string').map((fault) => `'${question}' ${fault}`);
}
