import { readFile } from 'node:fs/promises';
import type { Socket } from 'socket.io-client';
import type { AsyncApiDocument } from '../../../apps/api/src/realtime/docs/asyncapi-document';
import type {
  ClientFrame,
  ClientToServerEvents,
  ServerFrame,
  ServerToClientEvents,
} from '../../../docs/generated/realtime';
import { Announcements } from '#platform';
import { signIn } from '../../factories/people';
import { AsyncApiCheck } from '../../harness/asyncapi-check';
import { SocketIoClient } from '../../harness/socket-io-client';
import { fails, says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from './ways';

let talk: Talk;
let document: AsyncApiDocument;

beforeAll(async () => {
  talk = await Talk.start();
  document = (await (await fetch(`${talk.app.baseUrl}/asyncapi.json`)).json()) as AsyncApiDocument;
});
afterAll(() => talk.stop());

it('describes every event as it is', async () => {
  const person = await signIn(talk.app, talk.alice);
  const [watching, acting] = [await rawSocket(talk, person.token), await rawSocket(talk, person.token)];
  const check = new AsyncApiCheck(document);
  const said: { type: string }[] = [];
  const say = (type: string, payload: object) => {
    said.push({ type, ...payload });
    acting.say(type, payload);
  };
  talk.upstream.answers(says('Hello'), fails(503));
  const conversation_id = await talk.begin({}, person);
  say('chat_message', { conversation_id, content: 'Hi', client_id: 'c1', temperature: 0, max_tokens: 5 });
  const { message_id } = await acting.next('message_start');
  await acting.next('message_end');
  say('resume', { message_id, offset: 2 });
  await acting.next('message_end');
  say('stop', { message_id });
  await acting.next('message_end');
  say('regenerate', { message_id });
  await acting.next('error');
  say('authenticate', { token: (await signIn(talk.app, talk.alice)).token });
  say('ping', {});
  await acting.next('pong');
  const alert = { period: 'day', metric: 'requests', threshold: 80, limit: 5, used: 4 } as const;
  const resetsAt = '2026-01-02T00:00:00.000Z';
  const announcements = talk.app.nest.get(Announcements);
  announcements.tellAll(person.id, { kind: 'quota_alert', alert: { ...alert, resetsAt } });
  expect(await watching.next('quota_alert')).toMatchObject({ ...alert, resets_at: resetsAt });
  const { api } = talk.app;
  await api.put(`/api/v1/messages/${message_id}`, { content: 'Better' }, { token: person.token });
  await api.delete(`/api/v1/messages/${message_id}`, undefined, { token: person.token });
  await api.delete(`/api/v1/conversations/${conversation_id}`, undefined, { token: person.token });
  await watching.next('conversation_deleted');
  talk.app.clock.advance(29 * 60_000);
  await watching.next('session_expiring');

  const heard = [...watching.inbox.events, ...acting.inbox.events];
  for (const event of [...said, ...heard]) expect(check.faultsOf(event)).toBeUndefined();
  expect([...new Set([...said, ...heard].map(({ type }) => type))].sort()).toEqual(
    Object.keys(document.components.messages).sort(),
  );
  await Promise.all([watching.leave(), acting.leave()]);
});

it('shows the same to people, without a script', async () => {
  const answer = await fetch(`${talk.app.baseUrl}/docs/realtime`);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = await answer.text();
  for (const type of Object.keys(document.components.messages)) expect(page).toContain(`<h3 id="${type}">`);
  for (const [, name] of page.matchAll(/href="#(\w+)"/g)) expect(page).toContain(`id="${name}"`);
  expect(page).not.toMatch(/<script|https?:\/\/(?!opensource)/);
});

it('has types for clients, who need nothing else of ours', async () => {
  const answer = await fetch(`${talk.app.baseUrl}/docs/realtime.d.ts`);
  const types = await answer.text();
  expect(types).toBe(await readFile('docs/generated/realtime.d.ts', 'utf8'));
  expect(types).not.toMatch(/^import|\bany\b/m);
  const said: ClientFrame = { type: 'chat_message', conversation_id: 'x', content: 'Hi' };
  // @ts-expect-error it says nothing
  const unsaid: ClientFrame = { type: 'chat_message', conversation_id: 'x' };
  const textIn = (frame: ServerFrame) => (frame.type === 'message_content' ? frame.content : frame.timestamp);
  expect([said, unsaid].map(({ type }) => type)).toEqual(['chat_message', 'chat_message']);
  expect(textIn({ type: 'pong', timestamp: 'now' })).toBe('now');
});

it('has types for Socket.IO', async () => {
  const client = await SocketIoClient.open(talk.app.baseUrl, {
    auth: { token: (await signIn(talk.app, talk.bob)).token },
  });
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = client.socket;
  const pong = new Promise<string>((resolve) => socket.once('pong', ({ timestamp }) => resolve(timestamp)));
  const answer = await new Promise((resolve) => socket.emit('ping', {}, resolve));
  expect(answer).toEqual({ success: true, data: {} });
  expect(new Date(await pong)).toEqual(talk.app.clock.date());
  await client.leave();
});
