import { makeApiKey, type Person, signIn } from '../../factories/people';
import { outcome, UNAUTHENTICATED } from '../../harness/reply';
import type { SseClient } from '../../harness/sse-client';
import { type Gate, says } from '../../harness/upstream';
import { Talk } from './talk';

const hi = { content: 'Hi' };

let talk: Talk;
let conversation: string;
let gate: Gate;

beforeAll(async () => {
  talk = await Talk.start();
});
beforeEach(async () => {
  await talk.anew();
  conversation = await talk.begin();
  gate = talk.upstream.gate();
  talk.upstream.answers(says('Hel', gate, 'lo'));
});
afterAll(() => talk.stop());

const logOut = ({ token }: Pick<Person, 'token'>) => talk.app.api.post('/api/v1/auth/logout', undefined, { token });

async function lastOf(stream: SseClient): Promise<unknown> {
  return (await stream.rest()).at(-1)?.data;
}

it('stop the turns that they opened, and what came is kept', async () => {
  const other = await signIn(talk.app, talk.alice);
  const stream = await talk.stream(conversation, hi);
  await logOut(talk.alice);
  expect(await lastOf(stream)).toMatchObject({ type: 'end', status: 'stopped' });
  talk.alice = other;
  expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Hel', status: 'stopped' });
});

it('are answered 401 if they wait for the whole', async () => {
  const other = await signIn(talk.app, talk.alice);
  const sending = talk.send(conversation, hi);
  await talk.upstream.nextCall();
  await logOut(talk.alice);
  expect(outcome(await sending)).toBe(UNAUTHENTICATED);
  talk.alice = other;
  expect(await talk.answerIn(conversation)).toMatchObject({ status: 'stopped' });
});

it("do not stop another's turn that they only read", async () => {
  const stream = await talk.stream(conversation, hi);
  const { id = '' } = (await talk.answerIn(conversation)) ?? {};
  const reader = await signIn(talk.app, talk.alice);
  const attached = await talk.attach(id, '', {}, reader);
  await logOut(reader);
  expect(await lastOf(attached)).toMatchObject({ type: 'error', error: { code: 'AUTHENTICATION_ERROR' } });
  gate.open();
  expect(await lastOf(stream)).toMatchObject({ type: 'end', status: 'complete' });
});

it('do not stop what another began under the same idempotency key', async () => {
  const key = { 'idempotency-key': 'k' };
  const stream = await talk.stream(conversation, hi, key);
  const reader = await signIn(talk.app, talk.alice);
  const repeated = await talk.stream(conversation, hi, key, reader);
  await logOut(reader);
  expect(await lastOf(repeated)).toMatchObject({ type: 'error', error: { code: 'AUTHENTICATION_ERROR' } });
  gate.open();
  expect(await lastOf(stream)).toMatchObject({ type: 'end', status: 'complete' });
});

it('do not stop the turns of others', async () => {
  const other = await signIn(talk.app, talk.alice);
  const stream = await talk.stream(conversation, hi);
  await logOut(other);
  gate.open();
  expect(await lastOf(stream)).toMatchObject({ type: 'end', status: 'complete' });
});

it('end also where they were those of an API key', async () => {
  const key = await makeApiKey(talk.app, talk.alice);
  const stream = await talk.stream(conversation, hi, {}, { token: key.key });
  await talk.app.api.delete(`/api/v1/users/me/api-keys/${key.id}`, undefined, { token: talk.alice.token });
  expect(await lastOf(stream)).toMatchObject({ type: 'end', status: 'stopped' });
});

it('end with the account itself', async () => {
  const { token, password } = talk.alice;
  const stream = await talk.stream(conversation, hi);
  const deleted = await talk.app.api.delete('/api/v1/users/me', { password }, { token });
  expect(deleted.status).toBe(200);
  expect(await lastOf(stream)).toMatchObject({ type: 'error', error: { code: 'AUTHENTICATION_ERROR' } });
});

it('are answered 401 also where the account is gone', async () => {
  const { token, password } = talk.alice;
  const sending = talk.send(conversation, hi);
  await talk.upstream.nextCall();
  await talk.app.api.delete('/api/v1/users/me', { password }, { token });
  expect(outcome(await sending)).toBe(UNAUTHENTICATED);
});
