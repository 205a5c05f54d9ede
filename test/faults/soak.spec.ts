import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { itOnLinux, type Sample, sampleOf } from '../harness/process-watch';
import { seeded } from '../harness/seeded';
import { cut, fails, pause, says, startUpstream, type Upstream } from '../harness/upstream';

/** `npm run soak` takes ten minutes: then it is long enough to say something of memory. */
const { SOAK_SECONDS = '5', SEED = '1' } = process.env;
const STREAMS = 50;
const SAMPLES = 40;
const MOST_TURNS = 100;
/** Connections are kept for a while, one to the upstream for each turn that ran, and the pool's to the database. */
const MOST_KEPT = MOST_TURNS + 10;
const ENOUGH_TO_JUDGE = 120;
const MOST_GROWTH = 1.1;
const WORDS = Array.from({ length: 40 }, (_, index) => ` word${index}`);

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let outside: Outside;

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await startUpstream();
  outside = await Outside.start(database, upstream, { MAX_CONCURRENT_TURNS: String(MOST_TURNS) });
  tables = await openDb(database.url);
}, 60_000);
afterAll(async () => {
  await outside.server.dispose();
  await upstream.close();
  await tables.close();
  await database.drop();
});

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

itOnLinux(
  `${STREAMS} streams, of which many are left, stopped or cut, leave nothing behind`,
  async () => {
    const below = seeded(Number(SEED));
    upstream.otherwise(() => {
      const spoken = WORDS.flatMap((word) => [word, pause(5 + below(10))]);
      return (
        [says(...spoken), says(...spoken), says(...spoken.slice(0, 20), cut()), fails(503)][below(4)] ?? fails(500)
      );
    });
    const alice: Client = await outside.register();
    await limit(tables.db, alice, {});
    const atRest = await sampleOf(outside.server);
    const until = Date.now() + Number(SOAK_SECONDS) * 1000;

    /** A store that others keep busy may be away for a moment. */
    const begin = async (): Promise<string> => {
      for (;;) {
        const { status, body } = await outside.ask<{ id: string }>('POST', 'conversations', alice, { body: {} });
        if (status === 201) return body.data.id;
        expect(status).toBe(503);
      }
    };
    const talkOn = async (): Promise<void> => {
      let conversation = await begin();
      while (Date.now() < until) {
        if (below(20) === 0) conversation = await begin();
        const stream = await outside.stream(alice, conversation, { content: 'Hi', max_tokens: 100 });
        const first = stream.status === 200 ? await stream.next() : undefined;
        const way = below(4);
        if (way === 0) await sleep(below(200));
        if (way === 1 && first?.data.type === 'start')
          await outside.ask('POST', `messages/${first.data.message_id}/stop`, alice);
        if (way > 0) await stream.rest();
        stream.leave();
        // One that was left goes on, and its conversation is taken until it is over.
        if (way === 0) conversation = await begin();
      }
    };
    const samples: Sample[] = [];
    const watch = async (): Promise<void> => {
      for (let count = 1; Date.now() < until; count++) {
        await sleep((Number(SOAK_SECONDS) * 1000) / SAMPLES);
        const now = await sampleOf(outside.server);
        samples.push(now);
        if (Number(SOAK_SECONDS) > ENOUGH_TO_JUDGE) {
          console.log(
            `${count}/${SAMPLES}: ${now.residentMb.toFixed(0)} MB, ${now.handles} handles, lag ${now.lagMs.toFixed(0)} ms`,
          );
        }
      }
    };
    await Promise.all([watch(), ...Array.from({ length: STREAMS }, talkOn)]);

    await eventually(async () => (await tables.db.query('SELECT turn_id FROM quota_holds')).length === 0, 30_000);
    expect(await faultsIn(tables.db)).toEqual([]);
    await eventually(async () => (await sampleOf(outside.server)).handles <= atRest.handles + MOST_KEPT, 30_000);
    if (Number(SOAK_SECONDS) > ENOUGH_TO_JUDGE) {
      const memory = samples.map(({ residentMb }) => residentMb);
      const quarter = memory.length / 4;
      expect(median(memory.slice(-quarter)) / median(memory.slice(quarter, 2 * quarter))).toBeLessThan(MOST_GROWTH);
    }
  },
  Number(SOAK_SECONDS) * 1000 + 90_000,
);
