import { freshName, makeApiKey, type Person, register, registerAdmin, registerWith } from '../../factories/people';
import { FORBIDDEN, invalid, outcome, type Reply } from '../../harness/reply';
import { fails, says, stall, type UpstreamCall } from '../../harness/upstream';
import { Talk } from '../chat/talk';

interface Figures {
  readonly requests: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cost: number;
}

type Row = Figures & Readonly<Record<'day' | 'user_id' | 'username' | 'model' | 'plan' | 'conversation_id', string>>;

interface ReportView {
  readonly usage: readonly Row[];
  readonly totals: Figures;
  readonly truncated: boolean;
}

/** A turn as the upstream, or where it was cut short its last event, tells of it. */
interface Told {
  readonly who: Person;
  readonly plan: string;
  readonly conversation: string;
  readonly model: string;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

const TITLES = 'gpt-6-luna';
const PRICES: Readonly<Record<string, readonly [number, number]>> = {
  'gpt-4o': [0.0025, 0.01],
  'gpt-4o-mini': [0.00015, 0.0006],
};

let talk: Talk;
let admin: Person;
let alice: Person;
let bob: Person;
let carol: Person;
const told: Told[] = [];

const as = ({ token }: Person) => ({ token });

/** Each call is told of another usage. */
function answerWith(call: UpstreamCall) {
  if (call.body?.model === TITLES) return says('A title', { usage: usageOf(1_000_000, 1_000_000) });
  const count = talk.upstream.calls.length;
  return says('So ', 'it is', { usage: usageOf(10 + count, 3 * count) });
}

const usageOf = (prompt_tokens: number, completion_tokens: number) => ({
  ...{ prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
});

/** The whole of an answer; what the upstream keeps of it is what was used. */
async function ask(who: Person, plan: string, conversation: string, model: string, more: object = {}): Promise<void> {
  const before = new Set(talk.upstream.calls);
  const sent = await talk.send(conversation, { content: freshName('question'), model, ...more }, as(who));
  expect(outcome(sent)).toBe('201');
  const call = talk.upstream.calls.find((each) => !before.has(each) && each.body?.model === model);
  const usage = call?.usage ?? usageOf(0, 0);
  expect(sent.body.data.usage).toEqual(usage);
  told.push({ who, plan, conversation, model, usage });
}

async function stopInTheMiddle(who: Person, plan: string, conversation: string, model: string): Promise<void> {
  talk.upstream.answers(says('One ', 'two ', stall()));
  const stream = await talk.stream(conversation, { content: 'Count', model }, {}, who);
  const start = await stream.next();
  if (start?.data.type !== 'start') throw new Error('there is no beginning');
  await stream.next();
  await talk.app.api.post(`/api/v1/messages/${start.data.message_id}/stop`, undefined, as(who));
  const end = (await stream.rest()).at(-1);
  if (end?.data.type !== 'end') throw new Error('there is no end');
  expect(end.data).toMatchObject({ status: 'stopped' });
  expect(end.data.usage.completion_tokens).toBeGreaterThan(0);
  told.push({ who, plan, conversation, model, usage: end.data.usage });
}

beforeAll(async () => {
  talk = await Talk.start({ TITLE_MODEL: TITLES, QUOTA_TIMEZONE: 'Asia/Shanghai', ACCESS_TOKEN_MINUTES: '9000' });
  admin = await registerAdmin(talk.app);
  [alice, bob, carol] = [talk.alice, talk.bob, await register(talk.app)];
  await talk.app.api.patch(`/api/v1/admin/users/${carol.id}`, { is_vip: true }, as(admin));
  talk.upstream.otherwise(answerWith);
  const [one, two, third] = [
    await talk.begin({}, alice),
    await talk.begin({ title: 'T' }, alice),
    await talk.begin({}, carol),
  ];
  const own = await talk.begin({ api_key: 'sk-of-bob' }, bob);
  await ask(alice, 'free', one, 'gpt-4o');
  await ask(alice, 'free', one, 'gpt-4o-mini');
  talk.app.clock.advance(24 * 3_600_000);
  await ask(alice, 'free', two, 'gpt-4o');
  talk.upstream.answers(fails(500));
  expect((await talk.send(two, { content: 'Hi', model: 'gpt-4o' }, as(alice))).status).toBe(503);
  await stopInTheMiddle(alice, 'free', two, 'gpt-4o');
  await ask(bob, 'free', own, 'gpt-4o');
  await ask(carol, 'vip', third, 'gpt-4o-mini');
  await ask(carol, 'vip', await talk.begin({}, carol), 'gpt-4o', { temperature: 0, content: 'Once and again' });
  await ask(carol, 'vip', await talk.begin({}, carol), 'gpt-4o', { temperature: 0, content: 'Once and again' });
}, 60_000);
afterAll(() => talk.stop());

/** In millionths of a dollar, each turn to the nearest. */
function costOf({ model, usage: { prompt_tokens, completion_tokens } }: Told): number {
  const [input, output] = PRICES[model] ?? [0, 0];
  return Math.round((prompt_tokens * input + completion_tokens * output) * 1_000);
}

function sumOf(turns: readonly Told[]): Figures {
  const sum = (of: (turn: Told) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const [prompt, completion] = [sum(({ usage }) => usage.prompt_tokens), sum(({ usage }) => usage.completion_tokens)];
  const figures = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  return { requests: turns.length, ...figures, cost: sum(costOf) / 1_000_000 };
}

function recount(keyName: string, keyOf: (turn: Told) => string, turns: readonly Told[] = told) {
  return [...new Set(turns.map(keyOf))]
    .sort()
    .map((key) => ({ [keyName]: key, ...sumOf(turns.filter((turn) => keyOf(turn) === key)) }));
}

async function report(path: string, who: Person = admin): Promise<ReportView> {
  return (await talk.app.api.get<Reply<ReportView>>(`/api/v1/${path}`, as(who))).body.data;
}

async function csv(path: string, who: Person = admin): Promise<string[]> {
  const { text, headers } = await talk.app.api.get(`/api/v1/${path}`, as(who));
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe('attachment; filename=usage.csv');
  return text.split('\r\n');
}

it('has hits of the cache, stops and failures to tell of, and titles that nobody pays for', () => {
  expect(told.filter(({ usage }) => usage.prompt_tokens === 0)).toHaveLength(1);
  expect(talk.upstream.calls.filter(({ body }) => body?.model === TITLES).length).toBeGreaterThan(0);
});

it.each([
  ['user', 'user_id', ({ who }: Told) => who.id],
  ['model', 'model', ({ model }: Told) => model],
  ['plan', 'plan', ({ plan }: Told) => plan],
])('tells an admin by %s what the upstream was asked for', async (group, name, keyOf) => {
  const { usage, totals, truncated } = await report(`admin/usage?group_by=${group}`);
  expect(usage).toMatchObject(recount(name, keyOf));
  expect([totals, truncated]).toEqual([sumOf(told), false]);
});

it('tells an admin by day, in the time zone of the quotas, and of one user alone', async () => {
  const [first, rest] = [told.slice(0, 2), told.slice(2)];
  const { usage } = await report('admin/usage');
  expect(usage).toEqual([
    { day: '2026-01-01', ...sumOf(first) },
    { day: '2026-01-02', ...sumOf(rest) },
  ]);
  const since = await report('admin/usage?from=2026-01-02&to=2026-01-02');
  expect(since.totals).toEqual(sumOf(rest));
  const until = await report('admin/usage?to=2026-01-01T16:00:00.000Z');
  expect(until.totals).toEqual(sumOf(first));
  const ofBob = await report(`admin/usage?group_by=model&user_id=${bob.id}`);
  expect(ofBob.totals).toEqual(sumOf(told.filter(({ who }) => who === bob)));
});

it('tells each user his own, by day, model and conversation, also by an API key', async () => {
  for (const who of [alice, bob, carol]) {
    const own = told.filter((turn) => turn.who === who);
    const by = async (group: string) => (await report(`users/me/usage?group_by=${group}`, who)).usage;
    expect(await by('model')).toEqual(recount('model', ({ model }) => model, own));
    expect(await by('conversation')).toEqual(recount('conversation_id', ({ conversation }) => conversation, own));
    expect((await report('users/me/usage', who)).totals).toEqual(sumOf(own));
  }
  const { key } = await makeApiKey(talk.app, alice, { scopes: ['read'] });
  expect(await report('users/me/usage', { ...alice, token: key })).toEqual(await report('users/me/usage', alice));
});

it('charges the quota with the same, but for what a key of the caller pays', async () => {
  for (const who of [alice, bob, carol]) {
    const { body } = await talk.app.api.get<Reply<{ usage_this_month: { requests: number; tokens: number } }>>(
      '/api/v1/users/me/quota',
      as(who),
    );
    const { requests, total_tokens } = sumOf(told.filter((turn) => turn.who === who));
    expect(body.data.usage_this_month).toEqual({ requests, tokens: who === bob ? 0 : total_tokens });
  }
});

it('is beside each account, for whoever may read it', async () => {
  type View = { usage: { this_month: Figures; ever: Figures; today: Figures } | null };
  const path = `/api/v1/admin/users/${alice.id}`;
  const own = told.filter(({ who }) => who === alice);
  const { body } = await talk.app.api.get<Reply<View>>(path, as(admin));
  const { requests, total_tokens, cost } = sumOf(own);
  expect(body.data.usage).toMatchObject({
    this_month: { requests, total_tokens, cost },
    ever: { requests, total_tokens, cost },
    today: { requests: 2 },
  });
  const reader = await registerWith(talk.app, admin, 'users:read');
  expect((await talk.app.api.get<Reply<View>>(path, as(reader))).body.data.usage).toBeNull();
  expect(outcome(await talk.app.api.get<Reply>('/api/v1/admin/usage', as(reader)))).toBe(FORBIDDEN);
});

it('is a CSV with the same rows, in which no name is a formula', async () => {
  const { usage } = await report('admin/usage?group_by=user');
  const rename = { username: `-${carol.username}`.slice(0, 50) };
  await talk.app.api.patch('/api/v1/users/me', rename, as(carol));
  const lines = await csv('admin/usage?group_by=user&format=csv');
  expect(lines).toEqual([
    'user_id,username,requests,prompt_tokens,completion_tokens,total_tokens,cost',
    ...usage.map(({ user_id, username, requests, prompt_tokens, completion_tokens, total_tokens, cost }) =>
      [
        ...[user_id, user_id === carol.id ? `'${rename.username}` : username],
        ...[requests, prompt_tokens, completion_tokens, total_tokens, cost],
      ].join(','),
    ),
    '',
  ]);
  const own = await csv('users/me/usage?group_by=conversation&format=csv', bob);
  expect(own).toHaveLength(3);
  expect(await csv('users/me/usage?format=csv&from=2030-01-01', bob)).toHaveLength(2);
});

it.each([
  ['from=yesterday', 'from'],
  ['from=2026-02-30', 'from'],
  ['from=2026-01-01&from=2026-01-02', 'from'],
  ['to=2026-01-01T00:00:00', 'to'],
  ['to=', 'to'],
  ['group_by=week', 'group_by'],
  ['format=xml', 'format'],
  ['page=1', 'page'],
])('refuses ?%s', async (query, field) => {
  for (const path of ['users/me/usage', 'admin/usage']) {
    expect(outcome(await talk.app.api.get<Reply>(`/api/v1/${path}?${query}`, as(admin)))).toBe(invalid(field));
  }
});

it('shows nobody the conversations of others', async () => {
  const byConversation = await talk.app.api.get<Reply>('/api/v1/admin/usage?group_by=conversation', as(admin));
  expect(outcome(byConversation)).toBe(invalid('group_by'));
  const ofAnother = await talk.app.api.get<Reply>(`/api/v1/users/me/usage?user_id=${bob.id}`, as(alice));
  expect(outcome(ofAnother)).toBe(invalid('user_id'));
});

it('outlives conversations and accounts', async () => {
  const conversation = told.find(({ who }) => who === bob)?.conversation ?? '';
  await talk.app.api.delete(`/api/v1/conversations/${conversation}`, undefined, as(bob));
  expect((await report('users/me/usage?group_by=conversation', bob)).usage).toMatchObject([
    { conversation_id: conversation },
  ]);
  await talk.app.api.delete('/api/v1/users/me', { password: bob.password }, as(bob));
  const { usage, totals } = await report('admin/usage?group_by=user');
  expect(totals).toEqual(sumOf(told));
  expect(usage.find(({ user_id }) => user_id === bob.id)).toMatchObject({ username: null });
});
