import { UserAdministration } from '#auth';
import { ConversationThreads } from '#conversations';
import { newId } from '#kernel';
import { MessageTree } from '#messages';
import { Db, Transaction } from '#platform';
import { makeApiKey, type Person, register } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, invalid, NOT_FOUND, outcome, RATE_LIMITED, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

interface ShareView {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly expires_at: string | null;
  readonly has_password: boolean;
  readonly view_count: number;
  readonly created_at: string;
}

interface SharedView {
  readonly title: string;
  readonly model: string;
  readonly created_at: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

interface ConversationView {
  readonly id: string;
  readonly title: string;
  readonly message_count: number;
  readonly system_message: string | null;
  readonly messages: readonly { readonly id: string; readonly parent_id: string | null; readonly content: string }[];
}

const PUBLIC_URL = 'https://chat.example.com';

let talk: Talk;
let bob: Person;

beforeAll(async () => {
  talk = await Talk.start({ PUBLIC_URL, RATE_LIMIT_LOGIN_ADDRESS: '12/60' });
});
beforeEach(async () => {
  talk.app.clock.advance(61_000);
  await talk.anew();
  bob = await register(talk.app);
});
afterAll(() => talk.stop());

/** A conversation with a question and its answer. */
async function begin(body: object = {}): Promise<string> {
  const id = await talk.begin({ title: 'Capitals', ...body });
  await say(id, 'France?', 'Paris');
  return id;
}

async function say(id: string, question: string, answer: string) {
  talk.upstream.answers(says(answer));
  const { body, status } = await talk.send(id, { content: question });
  expect(status).toBe(201);
  return body.data;
}

const share = (id: string, body: unknown = {}, { token }: Pick<Person, 'token'> = talk.alice) =>
  talk.app.api.post<Reply<ShareView>>(`/api/v1/conversations/${id}/share`, body, { token });
const linkTo = async (id: string, body?: unknown): Promise<ShareView> => (await share(id, body)).body.data;
const list = (id: string, { token }: Pick<Person, 'token'> = talk.alice) =>
  talk.app.api.get<Reply<{ shares: ShareView[] }>>(`/api/v1/conversations/${id}/shares`, { token });
const revoke = (id: string, shareId: string, { token }: Pick<Person, 'token'> = talk.alice) =>
  talk.app.api.delete<Reply>(`/api/v1/conversations/${id}/shares/${shareId}`, undefined, { token });
const view = (token: string, password?: string): Promise<ApiAnswer<Reply<SharedView>>> =>
  talk.app.api.get(
    `/api/v1/shared/${token}`,
    password === undefined ? {} : { headers: { 'X-Share-Password': password } },
  );
const fork = (shared: string, { token }: Pick<Person, 'token'>, password?: string) =>
  talk.app.api.post<Reply<ConversationView>>(`/api/v1/shared/${shared}/fork`, undefined, {
    ...{ token, ...(password !== undefined && { headers: { 'X-Share-Password': password } }) },
  });

async function shown(id: string, { token }: Pick<Person, 'token'> = talk.alice): Promise<ConversationView> {
  return (await talk.app.api.get<Reply<ConversationView>>(`/api/v1/conversations/${id}`, { token })).body.data;
}

const textsOf = ({ body }: ApiAnswer<Reply<SharedView>>): string[] => body.data.messages.map(({ content }) => content);

describe('a link', () => {
  it('shows what was said, to anybody, and nothing else of its owner', async () => {
    const id = await begin({ system_message: 'Be secretive', api_key: 'sk-of-alice' });
    await talk.send(id, { content: 'Another secret', role: 'system' });
    const made = await share(id);
    expect(made.status).toBe(201);
    const { token, ...link } = made.body.data;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(link).toEqual({
      ...{ id: expect.any(String), url: `${PUBLIC_URL}/api/v1/shared/${token}`, expires_at: null },
      ...{ has_password: false, view_count: 0, created_at: talk.app.clock.date().toISOString() },
    });
    const answer = await view(token);
    expect(answer.body.data).toEqual({
      ...{ title: 'Capitals', model: 'gpt-6-luna', created_at: link.created_at },
      messages: [
        { role: 'user', content: 'France?', model: null, created_at: link.created_at },
        { role: 'assistant', content: 'Paris', model: 'gpt-6-luna', created_at: link.created_at },
      ],
    });
    expect(answer.headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const secret of [talk.alice.id, talk.alice.username, talk.alice.email, 'sk-of-alice', 'secre', id]) {
      expect(answer.text).not.toContain(secret);
    }
  });

  it('stays as the conversation was then', async () => {
    const id = await begin();
    const { user_message } = await say(id, 'Spain?', 'Madrid');
    const { token } = await linkTo(id);
    await talk.put(`messages/${user_message?.id}`, { content: 'Portugal?' });
    await say(id, 'Italy?', 'Rome');
    const [first] = (await shown(id)).messages;
    await talk.app.api.delete(`/api/v1/messages/${first?.id}`, undefined, { token: talk.alice.token });
    await talk.app.api.patch(`/api/v1/conversations/${id}`, { title: 'Other' }, { token: talk.alice.token });
    expect(textsOf(await view(token))).toEqual(['France?', 'Paris', 'Spain?', 'Madrid']);
    expect((await view(token)).body.data.title).toBe('Capitals');
    expect(textsOf(await view((await linkTo(id)).token))).toEqual(['Paris', 'Portugal?', 'Madrid', 'Italy?', 'Rome']);
  });

  it('shows no branch but the active one, and no answer that is being written', async () => {
    const id = await begin();
    const { assistant_message } = await say(id, 'Spain?', 'Barcelona');
    talk.upstream.answers(says('Madrid'));
    expect((await talk.post(`messages/${assistant_message?.id}/regenerate`, {})).status).toBe(201);
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Ro', gate, 'me'));
    const stream = await talk.stream(id, { content: 'Italy?' });
    await stream.next();
    const { token } = await linkTo(id);
    expect(textsOf(await view(token))).toEqual(['France?', 'Paris', 'Spain?', 'Madrid', 'Italy?']);
    gate.open();
    await stream.rest();
  });

  it('is listed with how often it was seen, also when many look at once', async () => {
    const id = await begin();
    const [first, second] = [await linkTo(id), await linkTo(id, { expires_in_days: 1 })];
    await Promise.all(Array.from({ length: 10 }, () => view(second.token)));
    const expires_at = new Date(talk.app.clock.now() + 24 * 3_600_000).toISOString();
    expect((await list(id)).body.data.shares).toEqual([{ ...second, view_count: 10, expires_at }, first]);
  });

  it('is kept so that whoever reads the tables cannot follow it', async () => {
    const { token } = await linkTo(await begin(), { password: 'open sesame' });
    const rows = JSON.stringify(await talk.app.nest.get(Db).query('SELECT * FROM shares'));
    expect(rows).not.toContain(token);
    expect(rows).not.toContain('open sesame');
    expect(talk.app.logLines.join('')).not.toContain(token);
  });

  it.each(['revoked', 'over', 'of a conversation that is gone', 'of somebody deactivated', 'of nobody any more'])(
    'that is %s leads nowhere',
    async (fate) => {
      const id = await begin();
      const { token, id: shareId } = await linkTo(id, { expires_in_days: 7 });
      expect((await view(token)).status).toBe(200);
      const { alice, app } = talk;
      if (fate === 'revoked') expect(outcome(await revoke(id, shareId))).toBe('200');
      if (fate === 'over') app.clock.advance(7 * 24 * 3_600_000);
      if (fate.includes('gone')) await app.api.delete(`/api/v1/conversations/${id}`, undefined, { token: alice.token });
      if (fate.includes('deactivated')) {
        await app.nest.get(UserAdministration).update({ via: 'cli' }, alice.id, { isActive: false });
      }
      if (fate.includes('nobody')) {
        await app.api.delete('/api/v1/users/me', { password: alice.password }, { token: alice.token });
      }
      expect(outcome(await view(token))).toBe(NOT_FOUND);
      expect(outcome(await fork(token, await register(app)))).toBe(NOT_FOUND);
      expect(outcome(await revoke(id, shareId))).not.toBe('200');
    },
  );

  it('that never was is not found, whatever it looks like', async () => {
    for (const token of ['x', newId(), 'a'.repeat(43), '%', "' OR 1=1 --", '汉']) {
      expect(outcome(await view(encodeURIComponent(token)))).toBe(NOT_FOUND);
      expect(outcome(await fork(encodeURIComponent(token), bob))).toBe(NOT_FOUND);
    }
  });
});

describe('a password', () => {
  it.each(['open sesame', 'pä55', '芝麻开门', '50% off'])('opens a link: %s', async (password) => {
    const { token, has_password } = await linkTo(await begin(), { password });
    expect(has_password).toBe(true);
    const refused = await view(token);
    expect(outcome(refused)).toBe(UNAUTHENTICATED);
    expect(refused.headers.get('www-authenticate')).toBe('Share-Password');
    expect(outcome(await view(token, 'open, please'))).toBe(UNAUTHENTICATED);
    expect(outcome(await fork(token, bob))).toBe(UNAUTHENTICATED);
    expect((await view(token, encodeURIComponent(password))).status).toBe(200);
    // As curl sends it.
    const raw = Buffer.from(password).toString('latin1');
    expect((await view(token, raw)).status).toBe(200);
    expect((await fork(token, bob, encodeURIComponent(password))).status).toBe(201);
    expect((await list((await shown(await begin())).id)).status).toBe(200);
  });

  it('cannot be guessed: attempts are counted by address', async () => {
    const { token } = await linkTo(await begin(), { password: 'open sesame' });
    const outcomes: string[] = [];
    for (let guess = 0; guess < 14; guess++) outcomes.push(outcome(await view(token, `guess ${guess}`)));
    expect(outcomes.filter((one) => one === UNAUTHENTICATED)).toHaveLength(12);
    expect(outcomes.at(-1)).toBe(RATE_LIMITED);
    expect(outcome(await view(token, 'open sesame'))).toBe(RATE_LIMITED);
    talk.app.clock.advance(61_000);
    expect((await view(token, 'open sesame')).status).toBe(200);
  });
});

describe('a fork', () => {
  it('is a conversation of my own, that goes on', async () => {
    const id = await begin({ system_message: 'Be secretive' });
    const { token, id: shareId } = await linkTo(id);
    const device = await rawSocket(talk, bob.token);
    const made = await fork(token, bob);
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({ title: 'Capitals', message_count: 2, system_message: null });
    expect(await device.next()).toMatchObject({
      ...{ type: 'conversation_created', conversation_id: made.body.data.id, conversation: { message_count: 2 } },
    });
    await device.leave();
    const { messages } = await shown(made.body.data.id, bob);
    expect(messages.map(({ content }) => content)).toEqual(['France?', 'Paris']);
    expect(messages.map(({ parent_id }) => parent_id)).toEqual([null, messages[0]?.id]);
    await talk.app.api.delete(`/api/v1/conversations/${id}/shares/${shareId}`, undefined, { token: talk.alice.token });
    talk.upstream.answers(says('Madrid'));
    const request = { token: bob.token };
    expect((await talk.send(made.body.data.id, { content: 'Spain?' }, request)).status).toBe(201);
    expect(talk.upstream.calls.at(-1)?.body?.messages.map(({ content }) => content)).toEqual([
      ...['France?', 'Paris', 'Spain?'],
    ]);
    expect((await shown(id)).message_count).toBe(2);
    expect((await list(id)).body.data.shares).toEqual([]);
  });

  it('of nothing said yet is an empty conversation', async () => {
    const { token } = await linkTo(await talk.begin());
    expect((await fork(token, talk.alice)).body.data).toMatchObject({ title: '', message_count: 0 });
  });

  it('needs a credential that may write', async () => {
    const { token } = await linkTo(await begin());
    const reader = await makeApiKey(talk.app, bob, { scopes: ['read'] });
    expect((await fork(token, { token: reader.key })).status).toBe(403);
    expect(outcome(await fork(token, { token: 'nonsense' }))).toBe(UNAUTHENTICATED);
  });
});

it("another's conversation is not found, by any of these routes", async () => {
  const [id, own] = [await begin(), await talk.begin({}, bob)];
  const { id: shareId } = await linkTo(id);
  for (const conversation of [id, newId()]) {
    expect(outcome(await share(conversation, {}, bob))).toBe(NOT_FOUND);
    expect(outcome(await list(conversation, bob))).toBe(NOT_FOUND);
    expect(outcome(await revoke(conversation, shareId, bob))).toBe(NOT_FOUND);
  }
  expect(outcome(await revoke(own, shareId, bob))).toBe(NOT_FOUND);
  expect((await list(id)).body.data.shares).toHaveLength(1);
});

it('a conversation has fifty links at most', async () => {
  const id = await begin();
  for (let made = 0; made < 50; made++) expect((await share(id)).status).toBe(201);
  expect(outcome(await share(id))).toBe(CONFLICT);
});

it('a link has 5,000 messages and 10 MB at most', async () => {
  const text = (content: string) => ({ role: 'user', content, tokensUsed: 1, model: null }) as const;
  const append = (id: string, contents: readonly string[]) =>
    talk.app.nest.get(Transaction).run(async (tx) => {
      const thread = await talk.app.nest.get(ConversationThreads).lockOwned(tx, talk.alice.id, id);
      await talk.app.nest.get(MessageTree).appendCopies(tx, thread, contents.map(text));
    });
  const [many, long] = [await talk.begin(), await talk.begin()];
  await append(
    many,
    Array.from({ length: 5_000 }, (_, count) => `message ${count}`),
  );
  await append(
    long,
    Array.from({ length: 10 }, () => 'é'.repeat(500_000)),
  );
  const { token } = await linkTo(many);
  expect((await fork(token, bob)).body.data.message_count).toBe(5_000);
  expect((await view(token)).body.data.messages).toMatchObject({ length: 5_000, 4999: { content: 'message 4999' } });
  expect((await fork((await linkTo(long)).token, bob)).body.data.message_count).toBe(10);
  for (const id of [many, long]) {
    await append(id, ['.']);
    expect(outcome(await share(id))).toBe('413 PAYLOAD_TOO_LARGE');
  }
});

it.each([
  ['expires_in_days', { expires_in_days: 0 }],
  ['expires_in_days', { expires_in_days: 3_651 }],
  ['expires_in_days', { expires_in_days: '7' }],
  ['expires_in_days', { expires_in_days: 1.5 }],
  ['password', { password: 'abc' }],
  ['password', { password: 'x'.repeat(129) }],
  ['title', { title: 'x' }],
])('a bad %s is refused', async (field, body) => {
  expect(outcome(await share(newId(), body))).toBe(invalid(field));
});
