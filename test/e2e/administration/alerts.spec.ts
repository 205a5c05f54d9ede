import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Person, register, registerAdmin } from '../../factories/people';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { eventually } from '../../harness/eventually';
import type { Reply } from '../../harness/reply';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

const SECRET = 'a webhook secret';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string | undefined;
}

interface DeliveryView {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly error: string | null;
  readonly payload: { readonly data: { readonly user: { id: string }; readonly threshold: number } };
}

let receiver: Server;
let received: Received[] = [];
/** What the receiver answers first; then with 204. */
let refusals: number[] = [];
let database: TestDatabase;
let here: Talk;
let there: Talk;
let admin: Person;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body, path: request.url });
      response.writeHead(refusals.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  database = await createTestDatabase();
  const environment = {
    WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    WEBHOOK_SECRET: SECRET,
    SECRET_KEY: 'k'.repeat(40),
  };
  here = await Talk.start(environment, database);
  there = await Talk.start(environment, database);
  admin = await registerAdmin(here.app);
}, 60_000);
afterAll(async () => {
  await here.stop();
  await there.stop();
  await database.drop();
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  received = [];
  refusals = [];
});

const as = ({ token }: Person = admin) => ({ token });
const LIMITS = { daily_requests: null, monthly_requests: null, daily_tokens: null, monthly_tokens: null };

async function someone(limits: object): Promise<Person> {
  const person = await register(here.app);
  await here.app.api.put(`/api/v1/admin/users/${person.id}/quota`, { ...LIMITS, ...limits }, as());
  return person;
}

async function ask(person: Person, talk = here): Promise<number> {
  return (await talk.send(await talk.begin({}, person), { content: 'Hi' }, as(person))).status;
}

async function deliveriesTo(person: Person): Promise<DeliveryView[]> {
  const { body } = await here.app.api.get<Reply<{ deliveries: DeliveryView[] }>>(
    '/api/v1/admin/webhook-deliveries',
    as(),
  );
  return body.data.deliveries.filter(({ payload }) => payload.data.user.id === person.id);
}

async function allDelivered(person: Person, count: number): Promise<DeliveryView[]> {
  const isDone = async () => {
    const deliveries = await deliveriesTo(person);
    return deliveries.length === count && deliveries.every(({ status }) => status === 'delivered');
  };
  await eventually(isDone);
  return deliveriesTo(person);
}

it('tells devices and the webhook at 80 and 100 per cent, once until a reset', async () => {
  const person = await someone({ daily_requests: 5 });
  const socket = await rawSocket(here, person.token);
  for (let turn = 0; turn < 3; turn++) expect(await ask(person)).toBe(201);
  expect(socket.inbox.events.map(({ type }) => type)).not.toContain('quota_alert');
  expect(await ask(person)).toBe(201);
  const about = { period: 'day', metric: 'requests', limit: 5, resets_at: '2026-01-02T00:00:00.000Z' };
  expect(await socket.next('quota_alert')).toMatchObject({ ...about, threshold: 80, used: 4 });
  expect(await ask(person)).toBe(201);
  expect(await socket.next('quota_alert')).toMatchObject({ ...about, threshold: 100, used: 5 });
  expect(await ask(person)).toBe(429);
  await allDelivered(person, 2);

  await here.app.api.post(`/api/v1/admin/users/${person.id}/quota/reset`, { period: 'day' }, as());
  for (let turn = 0; turn < 4; turn++) await ask(person);
  expect(await socket.next('quota_alert')).toMatchObject({ ...about, threshold: 80, used: 4 });
  await allDelivered(person, 3);
  await socket.leave();
});

it('tells of what clients of the OpenAI door have spent', async () => {
  const person = await someone({ daily_requests: 5 });
  const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content: 'Hi' }] };
  for (let turn = 0; turn < 4; turn++)
    expect((await here.app.api.post('/v1/chat/completions', body, as(person))).status).toBe(200);
  expect((await allDelivered(person, 1))[0]?.payload.data.threshold).toBe(80);
});

it('signs what it sends, with the time', async () => {
  const person = await someone({ monthly_tokens: 12 });
  here.upstream.answers(says('Hi', { usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } }));
  await ask(person);
  await eventually(() => received.length === 1);
  const [{ headers, body }] = received as [Received];
  const timestamp = String(headers['x-webhook-timestamp']);
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-webhook-event': 'quota.alert',
    'x-webhook-signature': `sha256=${signature}`,
  });
  expect(Number(timestamp)).toBe(Math.floor(here.app.clock.now() / 1000));
  expect(JSON.parse(body)).toEqual({
    ...{ id: headers['x-webhook-id'], type: 'quota.alert', created_at: expect.any(String) as string },
    data: {
      user: { id: person.id, username: person.username },
      ...{ period: 'month', metric: 'tokens', threshold: 80, limit: 12, used: 10 },
      resets_at: '2026-02-01T00:00:00.000Z',
    },
  });
});

it('tries again, and follows nobody elsewhere', async () => {
  const person = await someone({ daily_requests: 1, daily_tokens: null });
  refusals = [500, 500, 302];
  await ask(person);
  const outcomes = async () => (await deliveriesTo(person)).map(({ status, error }) => `${status}: ${error}`).sort();
  await eventually(async () => (await outcomes()).join() === 'pending: answered 500,pending: answered 500');
  for (const delivery of await deliveriesTo(person))
    expect(delivery).toMatchObject({ attempts: 1, response_status: 500 });
  for (const { app } of [here, there]) app.clock.advance(11_000);
  await eventually(async () => (await outcomes()).join() === 'delivered: null,pending: answered 302');
  for (const { app } of [here, there]) app.clock.advance(61_000);
  const deliveries = await allDelivered(person, 2);
  expect(deliveries.map(({ attempts }) => attempts).sort()).toEqual([2, 3]);
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/hook']));
  expect(new Set(received.map(({ headers }) => headers['x-webhook-id'])).size).toBe(2);
});

it('tells once, whichever of two replicas sees it and however many turns end at once', async () => {
  const person = await someone({ daily_requests: 6, monthly_requests: 6 });
  const asked = await Promise.all([here, there, here, there, here, there].map((talk) => ask(person, talk)));
  expect(asked).toEqual(Array(6).fill(201));
  const deliveries = await allDelivered(person, 4);
  const thresholds = deliveries.map(({ payload }) => payload.data.threshold).sort((a, b) => a - b);
  expect(thresholds).toEqual([80, 80, 100, 100]);
  expect(received).toHaveLength(4);
});

it('says what failed without the address', async () => {
  const lines = [...here.app.logLines, ...there.app.logLines].join('\n');
  expect(lines).toContain('a webhook was not delivered');
  expect(lines).not.toContain('/hook');
  expect(lines).not.toContain(SECRET);
});
