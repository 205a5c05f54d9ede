import { QuotaAdministration } from '#quota';
import { registerAdmin } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import type { SseClient } from '../../harness/sse-client';
import { cut, fails, says } from '../../harness/upstream';
import { rawSocket } from '../realtime/ways';
import { Talk } from '../chat/talk';

interface PlainAnswer {
  readonly message: string;
  readonly conversation_id: string;
  readonly tokens_used: number;
  readonly model: string;
  readonly timestamp: string;
  readonly cost_estimate: number;
  readonly error?: string;
  readonly retry_after?: number;
}

const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const NO_ID = '019b76da-a800-7000-8000-000000000099';

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start({ RATE_LIMIT_SEND: '5/60' });
});
beforeEach(() => talk.anew());
afterAll(() => talk.stop());

function say(body: object, headers: Record<string, string> = {}): Promise<ApiAnswer<PlainAnswer>> {
  return talk.app.api.post('/api/v1/chat', body, { token: talk.alice.token, headers });
}

async function conversations(): Promise<readonly { id: string; message_count: number }[]> {
  const { body } = await talk.app.api.get<{ data: { conversations: { id: string; message_count: number }[] } }>(
    '/api/v1/conversations',
    { token: talk.alice.token },
  );
  return body.data.conversations;
}

/** What a client reads of `data: …` lines. */
async function framesOf(path: string, body: object): Promise<{ stream: SseClient; frames: unknown[] }> {
  const stream = await talk.open(path, { token: talk.alice.token, body });
  return { stream, frames: (await stream.rest()).map(({ data }) => data) };
}

it('begins a conversation, and goes on with it, beside the main API', async () => {
  talk.upstream.answers(says('Pa', 'ris', { usage }), says('Yes', { usage }));
  const first = await say({ message: ' The capital of France? ', system_prompt: 'Be brief' });
  expect(first.status).toBe(200);
  expect(first.body).toEqual({
    ...{ message: 'Paris', conversation_id: expect.any(String), tokens_used: 10, model: expect.any(String) },
    ...{ timestamp: talk.app.clock.date().toISOString(), cost_estimate: expect.any(Number) },
  });
  const { conversation_id } = first.body;
  const second = await say({ message: 'Sure?', conversation_id, temperature: 0.2, max_tokens: 7 });
  expect(second.body).toMatchObject({ message: 'Yes', conversation_id });
  expect(talk.upstream.calls[1]?.body).toMatchObject({
    ...{ temperature: 0.2, max_tokens: 7 },
    messages: [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'The capital of France?' },
      { role: 'assistant', content: 'Paris' },
      { role: 'user', content: 'Sure?' },
    ],
  });
  expect(await conversations()).toMatchObject([{ id: conversation_id, message_count: 4 }]);
});

it('lets a system_prompt take the place of the one that an old conversation has', async () => {
  const conversation_id = await talk.begin({ system_message: 'Be brief' });
  talk.upstream.answers(says('a'), says('b'));
  await say({ message: 'Hi', conversation_id, system_prompt: 'Rhyme' });
  await say({ message: 'Hi', conversation_id, system_prompt: null });
  for (const { body } of talk.upstream.calls) {
    expect(body?.messages[0]).toEqual({ role: 'system', content: 'Rhyme' });
  }
});

it.each([
  ['chat/stream', {}],
  ['chat', { stream: true }],
])('streams frames from %s, and tells the other devices', async (path, wish) => {
  const device = await rawSocket(talk, talk.alice.token);
  talk.upstream.answers(says('Hé', 'l😀', { usage }));
  const { stream, frames } = await framesOf(path, { message: 'Hi', ...wish });
  const conversation_id = stream.header('x-conversation-id');
  expect(stream.header('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(
    frames
      .slice(0, -1)
      .map((frame) => (frame as { delta: string }).delta)
      .join(''),
  ).toBe('Hél😀');
  expect(frames[0]).toEqual({ delta: expect.any(String), conversation_id, finished: false });
  expect(frames.at(-1)).toEqual({ delta: '', conversation_id, finished: true, tokens_used: 10 });
  expect((await device.next('message_created')).conversation_id).toBe(conversation_id);
  await device.leave();
});

it('ends a stream that breaks off with what went wrong', async () => {
  talk.upstream.answers(says('Hel', cut('reset')));
  const { frames } = await framesOf('chat/stream', { message: 'Hi' });
  expect(frames).toMatchObject([
    { delta: 'Hel', finished: false },
    { delta: '', finished: true, error: { code: 'openai_service_error', message: expect.any(String) as string } },
  ]);
});

it('tells in its own words what it refuses, and begins nothing then', async () => {
  const { id: userId, username } = await registerAdmin(talk.app);
  const credential = { kind: 'session', id: NO_ID } as const;
  const admin = { userId, username, permissions: new Set<never>(), credential };
  const none = { dailyRequests: 0, monthlyRequests: 0, dailyTokens: 0, monthlyTokens: 0 };
  const quotas = talk.app.nest.get(QuotaAdministration);
  await quotas.setOverride(admin, talk.alice.id, none);
  const spent = await say({ message: 'Hi' });
  expect([spent.status, spent.body.error]).toEqual([429, 'quota_exceeded']);
  expect(spent.headers.get('retry-after')).toBe(String(spent.body.retry_after));
  expect(await conversations()).toEqual([]);
  await quotas.clearOverride(admin, talk.alice.id);

  talk.upstream.answers(fails(500));
  const down = await say({ message: 'Hi' });
  expect([down.status, down.body.error]).toEqual([503, 'openai_service_error']);
  // What was typed is not lost.
  expect(await conversations()).toMatchObject([{ message_count: 2 }]);

  expect(await say({ message: 'x'.repeat(5_001) })).toMatchObject({
    ...{ status: 422, body: { error: 'validation_error', message: expect.stringMatching(/^message: /) } },
  });
  expect(await say({ message: 'Hi', conversation_id: NO_ID })).toMatchObject({
    status: 404,
    body: { error: 'not_found' },
  });
  const theirs = await talk.begin({}, talk.bob);
  expect(await say({ message: 'Hi', conversation_id: theirs, system_prompt: 'Mine now' })).toMatchObject({
    ...{ status: 404, body: { error: 'not_found' } },
  });
  const often = await say({ message: 'Hi' });
  expect([often.status, often.body]).toMatchObject([429, { error: 'rate_limit_exceeded', retry_after: 60 }]);
});

it.each([
  [401, 'authentication_error', 'POST', '{"message":"Hi"}'],
  [400, 'validation_error', 'POST', '{'],
  [405, 'method_not_allowed', 'GET', undefined],
])('answers %i %s before it looks at what is said', async (status, error, method, body) => {
  const answer = await fetch(`${talk.app.baseUrl}/api/v1/chat`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
});

it('is the same turn again under the same key, also where a conversation began with it', async () => {
  talk.upstream.answers(says('Once', { usage }));
  const key = { 'idempotency-key': `plain-${talk.alice.id}` };
  const both = await Promise.all([say({ message: 'Hi' }, key), say({ message: 'Hi' }, key)]);
  const again = await say({ message: 'Hi' }, key);
  for (const answer of [...both, again]) {
    expect(answer.body).toMatchObject({ message: 'Once', conversation_id: again.body.conversation_id });
  }
  expect((await say({ message: 'Other' }, key)).body.error).toBe('conflict');
  expect(talk.upstream.calls).toHaveLength(1);
  expect(await conversations()).toHaveLength(1);
});
