import { json } from 'node:stream/consumers';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import type { Reply } from '../harness/reply';
import { seeded } from '../harness/seeded';
import { cut, fails, pause, says, startUpstream, type Upstream } from '../harness/upstream';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import type { MessageView } from '../e2e/chat/talk';

const { STORM = '300', SEED = '1' } = process.env;
const CLIENTS = 8;
const EXPECTED = ['200', '201', 'CONFLICT', 'OPENAI_API_ERROR', 'RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'];

interface Outcome {
  readonly status: number;
  readonly body?: Reply;
}

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let processes: readonly Outside[];

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await startUpstream();
  const start = () => Outside.start(database, upstream, { MAX_CONCURRENT_TURNS: '100' });
  processes = await Promise.all([start(), start()]);
  tables = await openDb(database.url);
}, 60_000);
afterAll(async () => {
  await Promise.all(processes.map(({ server }) => server.dispose()));
  await upstream.close();
  await tables.close();
  await database.drop();
});

it(
  'whatever many do at once in the same conversations, the tables are right',
  async () => {
    const below = seeded(Number(SEED));
    const oneOf = <T>(some: readonly T[]): T | undefined => some[below(some.length)];
    upstream.otherwise(() => {
      const answer = [says('a', pause(below(30)), 'b'), says('a', pause(below(60)), cut()), fails(400)];
      return answer[[0, 0, 0, 1, 2][below(5)] ?? 0] ?? fails(500);
    });
    const here = () => oneOf(processes) as Outside;
    const alice: Client = await here().register();
    await limit(tables.db, alice, {});
    const conversations = await Promise.all(Array.from({ length: 4 }, () => here().begin(alice)));
    const outcomes = new Map<string, number>();

    const messagesOf = async (conversation: string) => {
      const path = `conversations/${conversation}/messages?branches=all&size=20`;
      const { status, body } = await here().ask<{ messages: MessageView[] }>('GET', path, alice);
      // Another has deleted it.
      if (status === 404) return [];
      return body.data.messages;
    };
    const post = (path: string, body: object = {}) => here().ask('POST', path, alice, { body });

    const deed = async (): Promise<Outcome> => {
      const at = below(conversations.length);
      const conversation = conversations[at] ?? '';
      const { id = conversation, role } = oneOf(await messagesOf(conversation)) ?? {};
      const content = `said ${below(1000)}`;
      switch (below(14)) {
        case 0:
          return here().ask('DELETE', `messages/${id}`, alice);
        case 1:
          return post(`messages/${id}/activate`);
        case 2:
        case 3:
          return post(`messages/${id}/regenerate`);
        case 4:
          return post(`messages/${id}/stop`);
        case 5:
          return here().ask('PUT', `messages/${id}`, alice, { body: { content, regenerate: role === 'user' } });
        case 6:
          return post(`conversations/${conversation}/messages`, { content, role: 'system' });
        case 7:
          if (below(4) > 0) return { status: 200 };
          conversations[at] = await here().begin(alice);
          return here().ask('DELETE', `conversations/${conversation}`, alice);
        case 8:
        case 9:
          return here().send(alice, conversation, { content, parent_id: id });
        case 10: {
          const stream = await here().stream(alice, conversation, { content });
          if (stream.status !== 200) return { status: stream.status, body: (await json(stream.response)) as Reply };
          if (below(2) === 0) stream.leave();
          else await stream.rest();
          return { status: 200 };
        }
        default:
          return here().send(alice, conversation, { content }, { 'idempotency-key': `k${below(40)}` });
      }
    };
    const go = async (): Promise<void> => {
      for (let count = 0; count < Number(STORM) / CLIENTS; count++) {
        const { status, body } = await deed();
        const outcome = body?.success === false ? body.error.code : String(status);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, go));
    await eventually(async () => (await tables.db.query('SELECT turn_id FROM quota_holds')).length === 0);
    expect(await faultsIn(tables.db)).toEqual([]);
    expect([...outcomes.keys()].filter((outcome) => !EXPECTED.includes(outcome))).toEqual([]);
  },
  Number(STORM) * 200,
);
