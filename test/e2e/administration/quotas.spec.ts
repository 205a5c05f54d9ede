import { AuditLog } from '#audit';
import { newId } from '#kernel';
import { freshName, type Person, register, registerAdmin, registerWith } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

interface Limits {
  readonly daily_requests: number | null;
  readonly monthly_requests: number | null;
  readonly daily_tokens: number | null;
  readonly monthly_tokens: number | null;
}

interface QuotaView {
  readonly plan: string;
  readonly daily_limit: { requests: number | null; tokens: number | null };
  readonly usage_today: { requests: number; tokens: number };
  readonly override: Limits | null;
}

interface PlanView extends Limits {
  readonly name: string;
  readonly built_in: boolean;
}

const PLANS = '/api/v1/admin/plans';
const FREE = { daily_requests: 50, monthly_requests: 1_000, daily_tokens: 10_000, monthly_tokens: 100_000 };

let talk: Talk;
let admin: Person;

beforeAll(async () => {
  talk = await Talk.start();
  admin = await registerAdmin(talk.app);
});
afterAll(() => talk.stop());

const as = ({ token }: Person = admin) => ({ token });
const quotaPath = (id: string, rest = ''): string => `/api/v1/admin/users/${id}/quota${rest}`;
const put = (path: string, body: unknown, who?: Person) => talk.app.api.put<Reply<QuotaView>>(path, body, as(who));
const override = (id: string, body: unknown, who?: Person) => put(quotaPath(id), body, who);
const own = async (person: Person) =>
  (await talk.app.api.get<Reply<QuotaView>>('/api/v1/users/me/quota', as(person))).body.data;
const makePlan = (body: unknown): Promise<ApiAnswer<Reply<PlanView>>> => talk.app.api.post(PLANS, body, as());
const wear = (person: Person, plan: string | null) =>
  talk.app.api.patch(`/api/v1/admin/users/${person.id}`, { plan }, as());
const asked = async (person: Person) =>
  outcome(await talk.send(await talk.begin({}, person), { content: 'Hi' }, as(person)));

async function toldOf(target: string): Promise<string[]> {
  const { entries } = await talk.app.nest.get(AuditLog).search({ target, limit: 20 });
  return entries.map(({ action }) => action);
}

describe("a user's quota", () => {
  it('is overridden in what is given, from the next turn on, and given back to the plan', async () => {
    const person = await register(talk.app);
    const set = await override(person.id, { daily_requests: 1, monthly_tokens: null });
    expect(set.body.data).toMatchObject({
      ...{ plan: 'free', daily_limit: { requests: 1, tokens: 10_000 } },
      override: { ...FREE, daily_requests: 1, monthly_tokens: null },
    });
    expect([await asked(person), await asked(person)]).toEqual(['201', '429 QUOTA_EXCEEDED']);
    await override(person.id, { daily_requests: 2 });
    expect((await own(person)).daily_limit).toEqual({ requests: 2, tokens: 10_000 });
    const cleared = await talk.app.api.delete<Reply<QuotaView>>(quotaPath(person.id), undefined, as());
    expect(cleared.body.data).toMatchObject({ daily_limit: { requests: 50 }, override: null });
    expect(await toldOf(person.id)).toEqual([
      ...['quota.override_cleared', 'quota.override_set', 'quota.override_set', 'auth.registered'],
    ]);
  });

  it('is reset, so that he may go on', async () => {
    const person = await register(talk.app);
    await override(person.id, { daily_requests: 1 });
    await asked(person);
    const path = quotaPath(person.id, '/reset');
    const reset = await talk.app.api.post<Reply<QuotaView>>(path, { period: 'day' }, as());
    expect(reset.body.data).toMatchObject({
      usage_today: { requests: 0, tokens: 0 },
      usage_this_month: { requests: 1 },
    });
    expect(await asked(person)).toBe('201');
    const all = await talk.app.api.post<Reply<QuotaView>>(path, undefined, as());
    expect(all.body.data).toMatchObject({ usage_today: { requests: 0 }, usage_this_month: { requests: 0 } });
  });

  it.each([
    [{}, 'daily_requests'],
    [{ daily_requests: -1 }, 'daily_requests'],
    [{ daily_requests: 1.5 }, 'daily_requests'],
    [{ daily_requests: '5' }, 'daily_requests'],
    [{ daily_tokens: 1e12 + 1 }, 'daily_tokens'],
    [{ daily_requests: 1, hourly_requests: 1 }, 'hourly_requests'],
  ])('refuses %j', async (body, field) => {
    expect(outcome(await override(admin.id, body))).toBe(invalid(field));
  });

  it('refuses to reset what is no period', async () => {
    const answer = await talk.app.api.post<Reply>(quotaPath(admin.id, '/reset'), { period: 'week' }, as());
    expect(outcome(answer)).toBe(invalid('period'));
  });

  it('is nobody’s where there is nobody, and to be read only by whoever may do no more', async () => {
    const ghost = newId();
    expect(outcome(await override(ghost, { daily_requests: 1 }))).toBe(NOT_FOUND);
    expect(outcome(await talk.app.api.get<Reply>(quotaPath(ghost), as()))).toBe(NOT_FOUND);
    expect(outcome(await talk.app.api.post<Reply>(quotaPath(ghost, '/reset'), {}, as()))).toBe(NOT_FOUND);
    const reader = await registerWith(talk.app, admin, 'quotas:read');
    expect(outcome(await talk.app.api.get<Reply>(quotaPath(admin.id), as(reader)))).toBe('200');
    expect(outcome(await override(admin.id, { daily_requests: 1 }, reader))).toBe(FORBIDDEN);
  });
});

describe('plans', () => {
  it('are those of the contract at first', async () => {
    const { body } = await talk.app.api.get<Reply<{ plans: PlanView[] }>>(PLANS, as());
    const vip = { daily_requests: 200, monthly_requests: 5_000, daily_tokens: 50_000, monthly_tokens: 500_000 };
    const builtIn = body.data.plans.filter(({ built_in }) => built_in);
    expect(builtIn).toMatchObject([
      { name: 'free', ...FREE },
      { name: 'vip', ...vip },
    ]);
  });

  it('are made, given, changed and deleted, each from the next turn on', async () => {
    const person = await register(talk.app);
    const name = freshName('plan');
    expect((await makePlan({ name, ...FREE, daily_requests: 1 })).body.data).toMatchObject({ name, built_in: false });
    await wear(person, name);
    expect([await asked(person), await asked(person)]).toEqual(['201', '429 QUOTA_EXCEEDED']);
    const changed = await put(`${PLANS}/${name}`, { daily_requests: 2 });
    expect(changed.body.data).toMatchObject({ name, ...FREE, daily_requests: 2 });
    expect([await asked(person), await asked(person)]).toEqual(['201', '429 QUOTA_EXCEEDED']);
    expect(outcome(await talk.app.api.delete<Reply>(`${PLANS}/${name}`, undefined, as()))).toBe('200');
    expect(await own(person)).toMatchObject({ plan: 'free', daily_limit: { requests: 50 } });
    expect(await toldOf(name)).toEqual(['plan.deleted', 'plan.updated', 'plan.created']);
  });

  it('have one name each, in whatever spelling, and the built-in ones stay', async () => {
    const name = freshName('Plan');
    await makePlan({ name, ...FREE });
    for (const taken of [name, name.toUpperCase(), 'FREE', 'ｖｉｐ']) {
      expect(outcome(await makePlan({ name: taken, ...FREE }))).toBe(CONFLICT);
    }
    expect(outcome(await talk.app.api.delete<Reply>(`${PLANS}/free`, undefined, as()))).toBe(CONFLICT);
    expect(outcome(await put(`${PLANS}/nothing`, { daily_requests: 1 }))).toBe(NOT_FOUND);
    expect(outcome(await put(`${PLANS}/${name}`, { name: 'other', daily_requests: 1 }))).toBe(invalid('name'));
    expect(outcome(await makePlan({ name: freshName('plan'), daily_requests: 1 }))).toBe(invalid('monthly_requests'));
  });

  it('of somebody, and those that anybody has, are pushed to the sockets when they change', async () => {
    const person = await register(talk.app);
    const name = freshName('plan');
    await makePlan({ name, ...FREE });
    const socket = await rawSocket(talk, person.token);
    const told = async () => (await socket.next('quota_updated')).quota as unknown as QuotaView;
    await wear(person, name);
    expect(await told()).toMatchObject({ plan: name, daily_limit: { requests: 50 } });
    await put(`${PLANS}/${name}`, { daily_requests: 7 });
    expect(await told()).toMatchObject({ plan: name, daily_limit: { requests: 7 } });
    await talk.app.api.delete(`${PLANS}/${name}`, undefined, as());
    expect(await told()).toMatchObject({ plan: 'free' });
    await talk.app.api.patch(`/api/v1/admin/users/${person.id}`, { is_vip: true }, as());
    expect(await told()).toMatchObject({ plan: 'vip', daily_limit: { requests: 200 } });
    await socket.leave();
  });
});
