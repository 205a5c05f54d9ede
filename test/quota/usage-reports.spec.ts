import { newId } from '#kernel';
import { timeOf } from '#platform';
import { type UsageBound, type UsageGroup, type UsageQuery, UsageReports } from '#quota';
import type { QuotaProcess } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

const HOUR = 3_600_000;
const ZONE = 'Asia/Kathmandu';

interface Entry {
  readonly day: string;
  readonly at: Date;
  readonly user_id: string;
  readonly model: string;
  readonly plan: string;
  readonly conversation_id: string;
  readonly total_tokens: number;
  readonly cost_micros: number;
}

let process: QuotaProcess;
let people: string[];
let ledger: Entry[];

/** Turns of four days at all hours, of two people and one who is gone, some of which end a good while later. */
beforeAll(async () => {
  process = await suite.in(ZONE);
  suite.clock.set(new Date('2026-03-01T00:00:00Z'));
  people = await Promise.all(['ann', 'ben', 'gone'].map((name) => process.someone(name)));
  const conversations = people.map(() => [newId(), newId()]);
  for (let turn = 0; turn < 36; turn++) {
    const who = turn % 3;
    const { turnId } = await process.reserve(people[who] ?? '');
    suite.clock.advance(turn % 5 === 0 ? 7 * HOUR : 1_000);
    await process.settle(turnId, 6 + turn, {
      ...{ model: turn % 4 === 0 ? 'large' : 'small', cost: turn / 1_000_000 },
      conversationId: conversations[who]?.[turn % 2] ?? '',
    });
    suite.clock.advance(1.5 * HOUR);
  }
  await process.transaction.run((tx) => process.users.delete(tx, people[2] ?? ''));
  const rows = await process.db.query<Omit<Entry, 'at'> & { at: Date | string }>('SELECT * FROM usage_ledger');
  ledger = rows.map((row) => ({ ...row, at: timeOf(row.at), cost_micros: Number(row.cost_micros) }));
}, 60_000);

const dayIn = (time: Date): string => time.toLocaleDateString('sv-SE', { timeZone: ZONE });

/** By the day of a turn, and within it by its end. */
function lies(entry: Entry, side: 'before' | 'after', bound: UsageBound | undefined): boolean {
  if (bound === undefined) return true;
  if ('day' in bound) return side === 'after' ? entry.day >= bound.day : entry.day <= bound.day;
  const day = dayIn(bound.time);
  const isAfter = entry.day > day || (entry.day === day && entry.at >= bound.time);
  return side === 'after' ? isAfter : !isAfter;
}

const keyOf: Record<UsageGroup, (entry: Entry) => string> = {
  day: ({ day }) => day,
  user: ({ user_id }) => user_id,
  model: ({ model }) => model,
  plan: ({ plan }) => plan,
  conversation: ({ conversation_id }) => conversation_id,
};

/** What the ledger says, entry by entry. */
function recount({ groupBy, userId, from, to }: UsageQuery): unknown[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of ledger) {
    if (userId !== undefined && entry.user_id !== userId) continue;
    if (!lies(entry, 'after', from) || !lies(entry, 'before', to)) continue;
    const key = keyOf[groupBy](entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entries]) => ({ key, ...sumOf(entries) }));
}

function sumOf(entries: readonly Entry[]) {
  const sum = (figure: 'total_tokens' | 'cost_micros') => entries.reduce((total, entry) => total + entry[figure], 0);
  return { requests: entries.length, totalTokens: sum('total_tokens'), costMicros: sum('cost_micros') };
}

const reports = () => process.get(UsageReports);

async function reported(query: UsageQuery): Promise<unknown[]> {
  const { rows, total } = await reports().report(query, 1_000);
  const picked = rows.map(({ key, requests, totalTokens, costMicros }) => ({ key, requests, totalTokens, costMicros }));
  expect(total).toMatchObject({
    requests: picked.reduce((sum, { requests }) => sum + requests, 0),
    costMicros: picked.reduce((sum, { costMicros }) => sum + costMicros, 0),
  });
  return picked;
}

const time = (text: string): UsageBound => ({ time: new Date(text) });

const ranges: readonly (readonly [string, UsageBound | undefined, UsageBound | undefined])[] = [
  ['always', undefined, undefined],
  ['days', { day: '2026-03-02' }, { day: '2026-03-03' }],
  ['one day', { day: '2026-03-02' }, { day: '2026-03-02' }],
  ['from a moment on', time('2026-03-02T09:00:00Z'), undefined],
  ['until a moment', undefined, time('2026-03-03T01:30:00Z')],
  ['within a day', time('2026-03-02T03:00:00Z'), time('2026-03-02T12:00:00Z')],
  ['over the border of a day', time('2026-03-02T12:00:00Z'), time('2026-03-02T21:00:00Z')],
  ['from a border to a border', time('2026-03-01T18:15:00Z'), time('2026-03-02T18:15:00Z')],
  ['from a moment to a day', time('2026-03-02T09:00:00Z'), { day: '2026-03-02' }],
  ['from a day to a moment of it', { day: '2026-03-02' }, time('2026-03-02T09:00:00Z')],
  ['from a moment to the beginning of its day', time('2026-03-02T09:00:00Z'), time('2026-03-01T18:15:00Z')],
  ['backwards', time('2026-03-03T09:00:00Z'), time('2026-03-02T09:00:00Z')],
  ['before there was anything', undefined, { day: '2025-12-31' }],
];

it.each(ranges)('reports what the ledger has, %s', async (_name, from, to) => {
  for (const groupBy of ['day', 'user', 'model', 'plan'] as const) {
    const query = { groupBy, from, to };
    expect([groupBy, await reported(query)]).toEqual([groupBy, recount(query)]);
  }
  for (const groupBy of ['day', 'model', 'conversation'] as const) {
    const query = { groupBy, from, to, userId: people[0] };
    expect([groupBy, await reported(query)]).toEqual([groupBy, recount(query)]);
  }
});

it('has turns that began on one day and ended on the next', () => {
  expect(ledger.some(({ day, at }) => day !== dayIn(at))).toBe(true);
});

it('names those who are there, and keeps the usage of who is gone', async () => {
  const { rows } = await reports().report({ groupBy: 'user' }, 10);
  const names = new Map(rows.map(({ key, username }) => [key, username]));
  expect(people.map((id) => names.get(id))).toEqual(['ann', 'ben', null]);
});

it('says where it is cut, and still has the whole in its total', async () => {
  const { rows, total, isCut } = await reports().report({ groupBy: 'day' }, 2);
  expect([rows.length, isCut, total.requests]).toEqual([2, true, ledger.length]);
  expect((await reports().report({ groupBy: 'plan' }, 1)).isCut).toBe(false);
});

it('comes in pages of which none is like another', async () => {
  const model = (i: number) => `m${String(i).padStart(5, '0')}`;
  const id = people[1] ?? '';
  for (let from = 0; from < 2_000; from += 500) {
    const rows = Array.from({ length: 500 }, (_, i) => [id, '2027-01-01', model(from + i), 'free']);
    await process.db.execute(
      `INSERT INTO usage_days (user_id, day, model, plan, requests, failures, prompt_tokens, completion_tokens,
         total_tokens, cost_micros, first_tokens, first_token_ms)
       VALUES ${rows.map(() => '(?, ?, ?, ?, 1, 0, 1, 1, 2, 1, 0, 0)').join(', ')}`,
      rows.flat(),
    );
  }
  const sizes: number[] = [];
  const keys = new Set<string>();
  for await (const page of reports().pages({ groupBy: 'model', from: { day: '2027-01-01' } })) {
    sizes.push(page.length);
    for (const { key } of page) keys.add(key ?? '');
  }
  expect([sizes, keys.size]).toEqual([[1_000, 1_000, 0], 2_000]);
});

it('sums up users for whoever looks at them', async () => {
  suite.clock.set(new Date('2026-03-04T12:00:00Z'));
  const [ann = ''] = people;
  const nobody = newId();
  const used = await reports().summaries([ann, nobody]);
  const mine = ledger.filter(({ user_id }) => user_id === ann);
  expect(used.get(ann)).toEqual({
    today: sumOf(mine.filter(({ day }) => day === '2026-03-04')),
    thisMonth: sumOf(mine.filter(({ day }) => day >= '2026-03-01')),
    ever: sumOf(mine),
  });
  expect(used.get(nobody)?.ever.requests).toBe(0);
});
