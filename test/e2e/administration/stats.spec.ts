import { type Person, register, registerAdmin } from '../../factories/people';
import type { Reply } from '../../harness/reply';
import { fails, pause, says } from '../../harness/upstream';
import { Talk } from '../chat/talk';

interface FiguresView {
  readonly active_users: number;
  readonly new_users: number;
  readonly conversations: number;
  readonly messages: number;
  readonly turns: number;
  readonly total_tokens: number;
  readonly cost: number;
  readonly errors: number;
  readonly time_to_first_token_ms: number | null;
}

interface StatsView {
  readonly users: { total: number; active: number; vip: number };
  readonly today: FiguresView;
  readonly last_7_days: FiguresView;
  readonly last_30_days: FiguresView;
  readonly series: readonly (FiguresView & { readonly day: string })[];
}

const DAY = 86_400_000;
const model = 'gpt-4o';
const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
const cost = 0.00035;

let talk: Talk;
let admin: Person;

/** Ids carry the time of the machine, so the test begins now, and where it is noon. */
const ahead = 12 - new Date().getUTCHours();
const ZONE = `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;

beforeAll(async () => {
  talk = await Talk.start({ QUOTA_TIMEZONE: ZONE, ACCESS_TOKEN_MINUTES: '500000', REFRESH_TOKEN_DAYS: '300' });
  talk.app.clock.set(new Date());
  admin = await registerAdmin(talk.app);
  talk.upstream.otherwise(() => says('Well', { usage }));
});
afterAll(() => talk.stop());

const ask = async ({ token }: Person, conversation: string) =>
  (await talk.send(conversation, { content: 'Hi', model }, { token })).status;
const stats = async () =>
  (await talk.app.api.get<Reply<StatsView>>('/api/v1/admin/stats', { token: admin.token })).body.data;
const dayNow = () => new Date(talk.app.clock.now()).toLocaleDateString('sv-SE', { timeZone: ZONE });

const nothing = {
  ...{ active_users: 0, new_users: 0, conversations: 0, messages: 0, turns: 0, total_tokens: 0, cost: 0, errors: 0 },
  time_to_first_token_ms: null,
};

it('has every figure by day and for today, seven and thirty days', async () => {
  const ann = await register(talk.app);
  const first = await talk.begin({}, ann);
  expect([await ask(ann, first), await ask(ann, first)]).toEqual([201, 201]);
  const firstDay = dayNow();

  talk.app.clock.advance(10 * DAY);
  const ben = await register(talk.app);
  const [second, third] = [await talk.begin({}, ann), await talk.begin({}, ben)];
  talk.upstream.answers(says(pause(60), 'Well', { usage }), fails(500));
  expect([await ask(ann, second), await ask(ben, third)]).toEqual([201, 503]);
  const secondDay = dayNow();

  talk.app.clock.advance(3 * DAY);
  expect(await ask(ben, third)).toBe(201);

  const { users, today, last_7_days, last_30_days, series } = await stats();
  expect(users).toEqual({ total: 5, active: 5, vip: 0 });
  expect(series.map(({ day }) => day)).toHaveLength(30);
  expect(series.at(-1)).toEqual({ day: dayNow(), ...today });
  expect(series.at(-4)).toMatchObject({ day: secondDay, turns: 1, errors: 1 });
  expect(series.at(-14)).toMatchObject({ day: firstDay, new_users: 2, conversations: 1, messages: 4, turns: 2 });
  expect(series.at(-2)).toMatchObject(nothing);
  expect(today).toMatchObject({
    ...{ active_users: 1, new_users: 0, conversations: 0, messages: 2, turns: 1, total_tokens: 110, cost, errors: 0 },
  });
  // A failed turn leaves its question and an answer that failed.
  expect(last_7_days).toMatchObject({
    ...{ active_users: 2, new_users: 1, conversations: 2, messages: 6, turns: 2, total_tokens: 220, cost: 2 * cost },
    errors: 1,
  });
  expect(last_30_days).toMatchObject({
    ...{ active_users: 2, new_users: 3, conversations: 3, messages: 10, turns: 4, total_tokens: 440, cost: 4 * cost },
    errors: 1,
  });
  expect(series.at(-4)?.time_to_first_token_ms).toBeGreaterThanOrEqual(60);
  expect(last_7_days.time_to_first_token_ms).toBeGreaterThanOrEqual(30);
  expect(today.time_to_first_token_ms).toBeLessThan(series.at(-4)?.time_to_first_token_ms ?? 0);
});

it('counts what a past day began once, and today anew', async () => {
  const before = await stats();
  const { body } = await talk.app.api.get<Reply<{ conversations: { id: string }[] }>>('/api/v1/conversations', {
    token: admin.token,
  });
  expect(body.data.conversations).toEqual([]);
  const conversation = await talk.begin({}, admin);
  await ask(admin, conversation);
  const after = await stats();
  expect(after.today).toMatchObject({ conversations: 1, turns: 2, active_users: 2 });
  expect(after.series.slice(0, -1)).toEqual(before.series.slice(0, -1));
});
