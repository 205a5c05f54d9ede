import { QuotaAdministration } from '#quota';
import { makeApiKey, type Person, register, registerAdmin } from '../../factories/people';
import { createTestDatabase } from '../../harness/database';
import { eventually } from '../../harness/eventually';
import { describeWithRedis, RedisServer } from '../../harness/redis-server';
import type { Reply } from '../../harness/reply';
import { SocketIoClient } from '../../harness/socket-io-client';
import { startApp, type TestApp } from '../../harness/start-app';
import { says, stall, startUpstream, type Upstream } from '../../harness/upstream';
import type { WebSocketClient } from '../../harness/web-socket-client';
import { Talk } from '../chat/talk';
import { type AnySocket, rawSocket, ways } from './ways';

describe('what changes', () => {
  let talk: Talk;
  let person: Person;
  let devices: AnySocket[];

  beforeAll(async () => {
    talk = await Talk.start();
  });
  beforeEach(async () => {
    talk.upstream.reset();
    person = await register(talk.app);
    devices = await Promise.all(ways.slice(0, 2).map(({ open }) => open(talk.app.baseUrl, person.token)));
  });
  afterEach(() => Promise.all(devices.map((device) => device.leave())));
  afterAll(() => talk.stop());

  const all = (...types: string[]) => Promise.all(devices.map((device) => device.next(...types)));
  const auth = () => ({ token: person.token });

  it('by REST is pushed to every device', async () => {
    const { api } = talk.app;
    const conversation_id = await talk.begin({ title: 'One' }, person);
    for (const event of await all()) {
      expect(event).toMatchObject({ type: 'conversation_created', conversation_id, conversation: { title: 'One' } });
    }
    await api.patch(`/api/v1/conversations/${conversation_id}`, { title: 'Two' }, auth());
    for (const event of await all()) {
      expect(event).toMatchObject({
        type: 'conversation_updated',
        conversation: { id: conversation_id, title: 'Two' },
      });
    }
    const sent = await talk.send(conversation_id, { content: 'Hi' }, auth());
    const { user_message, assistant_message } = sent.body.data;
    for (const device of devices) {
      expect(await device.next()).toMatchObject({ type: 'message_created', message: { content: 'Hi' } });
      expect(await device.next()).toMatchObject({ type: 'message_created', message_id: assistant_message?.id });
      expect((await device.next('message_updated')).message).toEqual(assistant_message);
      const { conversation } = await device.next('conversation_updated');
      expect(conversation).toMatchObject({ message_count: 2 });
      expect((await device.next('quota_updated')).quota.usage_today.requests).toBe(1);
    }
    await api.put(`/api/v1/messages/${user_message?.id}`, { content: 'Hello' }, auth());
    for (const { message } of await all('message_updated')) expect(message.content).toBe('Hello');
    await api.delete(`/api/v1/messages/${assistant_message?.id}`, undefined, auth());
    for (const { message_id } of await all('message_deleted')) expect(message_id).toBe(assistant_message?.id);
    await api.delete(`/api/v1/conversations/${conversation_id}`, undefined, auth());
    for (const event of await all('conversation_deleted')) expect(event.conversation_id).toBe(conversation_id);
  });

  it('by a socket is pushed to the others, who may watch', async () => {
    const conversation_id = await talk.begin({}, person);
    await all('conversation_created');
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hel', gate, 'lo'));
    const [first, second] = devices as [AnySocket, AnySocket];
    first.say('chat_message', { conversation_id, content: 'Hi' });
    const { message_id } = await second.next('message_created').then(() => second.next('message_created'));
    second.say('resume', { message_id, offset: 0 });
    await second.next('message_start');
    gate.open();
    expect((await second.inbox.answer()).text).toBe('Hello');
    expect((await second.next('message_updated')).message).toMatchObject({ id: message_id, content: 'Hello' });
    await first.next('message_end');
    first.say('ping');
    await first.next('pong');
    const told = first.inbox.events.map(({ type }) => type).filter((type) => type !== 'message_content');
    expect(told).toEqual(['conversation_created', 'message_start', 'message_end', 'pong']);
  });

  it('by an admin is pushed to those whom it concerns', async () => {
    const { id: userId, username } = await registerAdmin(talk.app);
    const credential = { kind: 'session', id: userId } as const;
    const quotas = talk.app.nest.get(QuotaAdministration);
    await quotas.reset({ userId, username, permissions: new Set<never>(), credential }, person.id, 'all');
    for (const { quota } of await all('quota_updated')) expect(quota.usage_today.requests).toBe(0);
  });

  it('is pushed to nobody else, and to no key that may not read', async () => {
    const { key } = await makeApiKey(talk.app, person, { scopes: ['chat'] });
    const outsiders = [await rawSocket(talk, talk.bob.token), await rawSocket(talk, key)];
    await talk.begin({}, person);
    await all('conversation_created');
    for (const outsider of outsiders) {
      outsider.say('ping');
      await outsider.next('pong');
      expect(outsider.inbox.events).toHaveLength(1);
      await outsider.leave();
    }
  });
});

describeWithRedis('on two replicas', () => {
  let redis: RedisServer;
  let upstream: Upstream;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let apps: [TestApp, TestApp];
  let person: Person;
  let here: WebSocketClient;
  let there: SocketIoClient;

  beforeAll(async () => {
    [redis, upstream, database] = await Promise.all([RedisServer.start(), startUpstream(), createTestDatabase()]);
    const environment = {
      ...{ OPENAI_API_KEY: 'sk-platform', OPENAI_API_BASE: upstream.baseUrl, TITLE_MODEL: '' },
      ...{ REDIS_URL: redis.url, SECRET_KEY: 'x'.repeat(40) },
    };
    apps = [await startApp({ environment, database }), await startApp({ environment, database })];
    person = await register(apps[0]);
    here = await rawSocket({ app: apps[0] }, person.token);
    there = await SocketIoClient.open(apps[1].baseUrl, { auth: { token: person.token }, transports: ['websocket'] });
    // Replicas hear each other from when their connections to Redis stand.
    await Promise.all([heardBy(here, apps[1]), heardBy(there, apps[0])]);
  });
  afterAll(async () => {
    for (const app of apps) await app.stop();
    await Promise.all([upstream.close(), database.drop(), redis.stop()]);
  });

  const begin = async (on = apps[1]) => {
    const { token } = person;
    const answer = await on.api.post<{ data: { id: string } }>('/api/v1/conversations', {}, { token });
    return answer.body.data.id;
  };

  const heardBy = ({ inbox }: AnySocket, on: TestApp) =>
    eventually(async () => {
      await begin(on);
      return inbox.events.some(({ type }) => type === 'conversation_created');
    });

  it('pushes, watches and stops across them', async () => {
    const conversation_id = await begin();
    await here.next('conversation_created');
    upstream.answers(says('Hel', stall()));
    here.say('chat_message', { conversation_id, content: 'Hi' });
    const { message_id } = await here.next('message_start');
    const created = await there.next('message_created').then(() => there.next('message_created'));
    expect(created.message_id).toBe(message_id);
    there.say('resume', { message_id, offset: 0 });
    expect(await there.next('message_content')).toMatchObject({ content: 'Hel', offset: 0 });
    there.say('stop', { message_id });
    expect(await there.next('message_end')).toMatchObject({ message_id, status: 'stopped' });
    expect(await here.next('message_end')).toMatchObject({ message_id, status: 'stopped' });
  });

  it('lists the connections of both on either', async () => {
    const listOn = async ({ api }: TestApp) => {
      const answer = await api.get<Reply<{ connections: Record<string, string>[] }>>('/api/v1/users/me/connections', {
        token: person.token,
      });
      return answer.body.data.connections;
    };
    await eventually(async () => (await Promise.all(apps.map(listOn))).every(({ length }) => length === 2));
    const [connections, same] = await Promise.all([listOn(apps[0]), listOn(apps[1])]);
    expect(connections).toEqual(same);
    expect(connections.map(({ transport }) => transport)).toEqual(['websocket', 'socket.io']);
    expect(connections[0]).toMatchObject({ ip: '127.0.0.1', connected_at: apps[0].clock.date().toISOString() });
    const phone = await rawSocket({ app: apps[1] }, person.token, { 'user-agent': 'my phone' });
    await eventually(async () => (await listOn(apps[0])).at(-1)?.['user_agent'] === 'my phone');
    await phone.leave();
    await eventually(async () => (await listOn(apps[0])).length === 2);
  });

  it('ends sockets of a session that was ended on the other', async () => {
    const { status } = await apps[1].api.post('/api/v1/auth/logout-all', {}, { token: person.token });
    expect(status).toBe(200);
    expect((await here.closed).code).toBe(4401);
    expect(await there.closed).toBe('io server disconnect');
  });
});
