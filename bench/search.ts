/**
 * How long a search takes whose owner has said 1,000 messages, among 100,000 of others and among 1,000,000:
 * `node -r @swc-node/register bench/search.ts`, on SQLite or on the server of TEST_DATABASE_URL.
 */
import { type Actor, newId } from '#kernel';
import { MessageSearch } from '#messages';
import type { SqlValue } from '#platform';
import { seeded } from '../test/harness/seeded';
import { Talk } from '../test/messages/talk';

const SMALL = 100_000;
const LARGE = 1_000_000;
const OWN = 1_000;
const OTHERS = 200;
const BATCH = 500;
const ROUNDS = 40;

const QUERIES = {
  'two characters, often': '天气',
  'two characters, never': '鹦鹉',
  'a word, rarely': 'kingfisher',
  '%': '%',
};

const COLUMNS =
  'id, conversation_id, user_id, seq, role, content, content_search, status, is_active, created_at, updated_at';

const random = seeded(42);
const WORDS = [
  ...'今天天气很好我们去公园看书喝茶',
  'weather ',
  'garden ',
  'the ',
  'answer ',
  'of ',
  'a ',
  'café ',
  '함께 ',
  'です ',
];
const text = (): string => {
  const words = Array.from({ length: 20 + random(100) }, () => WORDS[random(WORDS.length)] ?? '');
  return words.join('') + (random(200) === 0 ? 'kingfisher' : '');
};

async function fill(talk: Talk, people: readonly Place[], from: number, to: number, ownEvery: number): Promise<void> {
  const [own, ...others] = people as [Place, ...Place[]];
  for (let count = from; count < to;) {
    const rows: SqlValue[][] = [];
    for (; rows.length < BATCH && count < to; count++) {
      const place = ownEvery > 0 && count % ownEvery === 0 ? own : (others[random(others.length)] ?? own);
      const at = new Date(Date.UTC(2026, 0, 1) + count * 1_000);
      const content = text();
      const said = [place.seq++, 'user', content, content, 'complete', true, at, at];
      rows.push([newId(at.getTime()), place.conversationId, place.actor.userId, ...said]);
    }
    const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    await talk.transaction.run((tx) => tx.execute(`INSERT INTO messages (${COLUMNS}) VALUES ${places}`, rows.flat()));
  }
  await talk.db.query(talk.db.engine === 'mysql' ? 'ANALYZE TABLE messages' : 'ANALYZE');
}

interface Place {
  readonly actor: Actor;
  readonly conversationId: string;
  seq: number;
}

/** Medians, in milliseconds. */
async function measure(talk: Talk, { userId }: Actor): Promise<Record<string, number>> {
  const search = talk.services.get(MessageSearch);
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, query] of Object.entries(QUERIES)) {
      const began = performance.now();
      await search.search({ userId } as Actor, { query, size: 20 });
      (times[name] ??= []).push(performance.now() - began);
    }
  }
  const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[ROUNDS / 2] ?? 0;
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

async function main(): Promise<void> {
  const talk = await Talk.start();
  try {
    const people: Place[] = [];
    while (people.length <= OTHERS) {
      const actor = await talk.someone();
      people.push({ actor, conversationId: await talk.begin(actor), seq: 1 });
    }
    const [{ actor }] = people as [Place];
    await fill(talk, people, 0, SMALL, SMALL / OWN);
    const small = await measure(talk, actor);
    await fill(talk, people, SMALL, LARGE, 0);
    const large = await measure(talk, actor);
    for (const [name, before] of Object.entries(small)) {
      const after = large[name] ?? 0;
      const figures = [before, after].map((ms) => `${ms.toFixed(2)} ms`).join(' → ');
      console.log(`${talk.db.engine}: ${name}: ${figures}, ${(after / before).toFixed(2)}×`);
    }
  } finally {
    await talk.close();
  }
}

void main();
