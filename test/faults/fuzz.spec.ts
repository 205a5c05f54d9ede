import fc from 'fast-check';
import { Db } from '#platform';
import { type Person, register, registerAdmin } from '../factories/people';
import { routesOf } from '../factories/routes';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { says } from '../harness/upstream';
import { Talk } from '../e2e/chat/talk';
import { type HostileRequest, hostileRequests } from './hostile-input';

/** `npm run fuzz` takes longer, and says where it began. */
const { FUZZ_SECONDS = '10', SEED = '1' } = process.env;
const PERSONS_EVERY = 200;
/** Who leaves tries nothing more, and who resets a quota makes it wrong on purpose. */
const EXEMPT = /\/(logout|logout-all|quota\/reset)$/;
/** What no answer may have, whoever sent what. */
const INTERNALS = /\bat \S+ \(|node_modules|\.(ts|js):\d+|SQLITE_|syntax error|QueryFailed|ECONN|sk-platform/;

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start({
    ADMIN_USERNAME: 'root',
    ADMIN_EMAIL: 'root@example.org',
    ADMIN_PASSWORD: 'correct horse battery',
  });
  talk.upstream.otherwise(() => says('a', ' b'));
});
afterAll(() => talk.stop());

/** Somebody with something to lose, whose ids the requests are made of. */
async function idsOf(person: Person): Promise<string[]> {
  const conversation = await talk.begin({ title: 'mine' }, person);
  const sent = await talk.send(conversation, { content: 'Hi' }, { token: person.token });
  const { user_message, assistant_message } = sent.body.data;
  return [person.id, conversation, user_message?.id ?? '', assistant_message?.id ?? ''];
}

async function complaintAbout(
  { route, path, headers, body }: HostileRequest,
  token: string,
): Promise<string | undefined> {
  const { status, text } = await talk.app.api.send(route.method, path, {
    token,
    headers,
    ...(body !== undefined && route.method !== 'GET' && { body }),
  });
  if (status >= 500) return `${status} ${text}`;
  if (INTERNALS.test(text) && !INTERNALS.test(path + body)) return `tells of the inside: ${text}`;
  return undefined;
}

const told = ({ route, path, headers, body }: HostileRequest, seed: number): string =>
  `SEED=${seed}: ${route.method} ${path} ${JSON.stringify(headers)}\n${body}`;

it(
  'nothing that a client sends is a fault of ours, and every answer is as it is documented',
  async () => {
    const routes = (await routesOf(talk.app.baseUrl)).filter(({ path }) => !EXEMPT.test(path));
    const until = Date.now() + Number(FUZZ_SECONDS) * 1000;
    for (let seed = Number(SEED); Date.now() < until; seed++) {
      const [user, admin, other] = await Promise.all([register(talk.app), registerAdmin(talk.app), register(talk.app)]);
      const ids = [...(await idsOf(user)), ...(await idsOf(other))];
      const { counterexample, errorInstance } = await fc.check(
        fc.asyncProperty(hostileRequests(routes, ids), fc.constantFrom(user, admin), async (request, who) => {
          expect(await complaintAbout(request, who.token)).toBeUndefined();
        }),
        { seed, numRuns: PERSONS_EVERY, interruptAfterTimeLimit: Math.max(1, until - Date.now()), endOnFailure: true },
      );
      if (counterexample) throw new Error(told(counterexample[0], seed), { cause: errorInstance });
    }
    const db = talk.app.nest.get(Db);
    await eventually(async () => (await db.query('SELECT turn_id FROM quota_holds')).length === 0, 30_000);
    expect(await faultsIn(db)).toEqual([]);
  },
  Number(FUZZ_SECONDS) * 1000 + 60_000,
);
