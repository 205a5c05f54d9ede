import { status } from '@grpc/grpc-js';
import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { AskSocketClient } from '../../harness/ask-socket-client';
import { GrpcClient } from '../../harness/grpc-client';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { askPortOf, OPEN_DOORS } from './doors';

const OF_DOORS = /^\/(v1|ask)\/|^\/api\/(v1\/chat|users|conversations|chat)(\/|$)/;

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start({ COMPAT_ENABLED: 'false', ...OPEN_DOORS });
});
afterAll(() => talk.stop());

it.each([
  ['POST', '/v1/chat/completions'],
  ['GET', '/v1/models'],
  ['POST', '/api/v1/chat'],
  ['POST', '/api/v1/chat/stream'],
  ['POST', '/api/users/login'],
  ['GET', '/api/conversations/list'],
  ['POST', '/api/chat/1'],
  ['POST', '/ask/new'],
])('finds nothing at %s %s, and says so as everywhere', async (method, path) => {
  const body = method === 'POST' ? {} : undefined;
  expect(outcome(await talk.app.api.send<Reply>(method, path, { token: talk.alice.token, body }))).toBe(NOT_FOUND);
});

it('tells nobody of them', async () => {
  const { body: document } = await talk.app.api.get<{ paths: object; tags?: { name: string }[] }>('/openapi.json');
  expect(Object.keys(document.paths).filter((path) => OF_DOORS.test(path))).toEqual([]);
  const { body } = await talk.app.api.get<{ features: { compat: boolean } }>('/info');
  expect(body.features.compat).toBe(false);
});

it('leaves the ports of their own open', async () => {
  talk.upstream.otherwise(says('Hello'));
  const caller = await GrpcClient.connect(talk.app.baseUrl, talk.app.nest.get(GrpcDoor).port ?? 0);
  const called = await caller.whole({ prompt: 'Hi' }, { token: talk.alice.token });
  expect([called.text, called.status.code]).toEqual(['Hello', status.OK]);
  caller.close();
  const socket = await AskSocketClient.open(askPortOf(talk), { token: talk.alice.token });
  expect((await socket.ask('<|ask|>$new$new$Hi')).text).toBe('Hello');
  await socket.leave();
});
