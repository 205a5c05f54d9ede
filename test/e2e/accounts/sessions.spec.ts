import { newId } from '#kernel';
import { type Person, register, registerAdmin, signIn } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

interface SessionView {
  readonly id: string;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly current: boolean;
}

const MINUTE = 60_000;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const post = (path: string, token: string): Promise<ApiAnswer<Reply>> =>
  app.api.post(`/api/v1/auth/${path}`, undefined, { token });
const revoke = async (token: string, id: string): Promise<string> =>
  outcome(await app.api.delete<Reply>(`/api/v1/auth/sessions/${id}`, undefined, { token }));

async function sessionsOf(token: string): Promise<readonly SessionView[]> {
  const { body } = await app.api.get<Reply<{ sessions: SessionView[] }>>('/api/v1/auth/sessions', { token });
  return body.data.sessions;
}

/** Of both its tokens; refreshing is tried last since it would end the old pair. */
async function isAlive({ token, refreshToken }: Person): Promise<boolean> {
  const me = await app.api.get<Reply>('/api/v1/users/me', { token });
  const refreshed = await app.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: refreshToken });
  expect(me.status).toBe(refreshed.status);
  expect([200, 401]).toContain(me.status);
  return me.status === 200;
}

describe('the list of sessions', () => {
  it('tells device, address and times of each, and which one asks', async () => {
    const laptop = await register(app);
    app.clock.advance(5 * MINUTE);
    const phone = await signIn(app, laptop, 'a phone');
    const sessions = await sessionsOf(phone.token);
    expect(sessions).toHaveLength(2);
    expect(sessions.find(({ current }) => current)).toEqual({
      id: expect.any(String) as string,
      user_agent: 'a phone',
      ip: expect.stringContaining('127.0.0.1') as string,
      created_at: app.clock.date().toISOString(),
      last_used_at: app.clock.date().toISOString(),
      current: true,
    });
    expect((await sessionsOf(laptop.token)).map(({ current, user_agent }) => [current, user_agent])).toContainEqual([
      false,
      'a phone',
    ]);
  });

  it('tells the last use, to the minute', async () => {
    const person = await register(app);
    const lastUse = async (): Promise<number> =>
      Date.parse((await sessionsOf(person.token))[0]?.last_used_at ?? '') - app.clock.now();
    app.clock.advance(10 * MINUTE);
    await app.api.get('/api/v1/users/me', { token: person.token });
    expect(await lastUse()).toBe(0);
    app.clock.advance(59_000);
    expect(await lastUse()).toBe(-59_000);
    app.clock.advance(5_000);
    await app.api.get('/api/v1/users/me', { token: person.token });
    expect(await lastUse()).toBe(0);
  });

  it('keeps whatever a client calls itself to 300 characters', async () => {
    const person = await register(app);
    const again = await signIn(app, person, `<script>${'x'.repeat(500)}`);
    const [current] = (await sessionsOf(again.token)).filter(({ current }) => current);
    expect(current?.user_agent).toBe(`<script>${'x'.repeat(292)}`);
  });

  it('leaves out those that have expired', async () => {
    const person = await register(app);
    app.clock.advance(7 * 24 * 60 * MINUTE);
    const again = await signIn(app, person);
    expect(await sessionsOf(again.token)).toHaveLength(1);
  });
});

describe('revoking a session', () => {
  it('ends it at once, and no other', async () => {
    const here = await register(app);
    const there = await signIn(app, here);
    await app.api.get('/api/v1/users/me', { token: there.token });
    const [other] = (await sessionsOf(here.token)).filter(({ current }) => !current);
    expect(await revoke(here.token, other?.id ?? '')).toBe('200');
    expect(await isAlive(there)).toBe(false);
    expect(await revoke(here.token, other?.id ?? '')).toBe(NOT_FOUND);
    expect(await isAlive(here)).toBe(true);
  });

  it('finds neither the sessions of others nor such as never were', async () => {
    const [alice, bob] = await Promise.all([register(app), register(app)]);
    const [own] = await sessionsOf(bob.token);
    const ids = [own?.id ?? '', newId(), '1', 'current', `${own?.id}'--`, '00000000-0000-0000-0000-000000000000'];
    for (const id of ids) expect(await revoke(alice.token, id)).toBe(NOT_FOUND);
    expect(await isAlive(bob)).toBe(true);
  });

  it('may be of the very session that asks', async () => {
    const person = await register(app);
    const [own] = await sessionsOf(person.token);
    expect(await revoke(person.token, own?.id.toUpperCase() ?? '')).toBe('200');
    expect(await isAlive(person)).toBe(false);
  });
});

describe('logout', () => {
  it('ends this session at once, and no other', async () => {
    const here = await register(app);
    const there = await signIn(app, here);
    expect(outcome(await post('logout', here.token))).toBe('200');
    expect(await isAlive(here)).toBe(false);
    expect(await isAlive(there)).toBe(true);
  });

  it('may be asked for twice, and twice at once', async () => {
    const person = await register(app);
    const outcomes = await Promise.all([post('logout', person.token), post('logout', person.token)]);
    expect(outcomes.map(outcome)).toEqual(['200', '200']);
    expect(outcome(await post('logout', person.token))).toBe('200');
  });

  it('takes a token that has expired, and ends its session', async () => {
    const person = await register(app);
    app.clock.advance(31 * MINUTE);
    expect(outcome(await post('logout', person.token))).toBe('200');
    const refreshed = await app.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect(outcome(refreshed)).toBe(UNAUTHENTICATED);
  });

  it('takes no other credential', async () => {
    const person = await register(app);
    expect(outcome(await post('logout', person.refreshToken))).toBe(UNAUTHENTICATED);
    expect(outcome(await post('logout', `sk-${'a'.repeat(43)}`))).toBe(FORBIDDEN);
    expect(outcome(await app.api.post<Reply>('/api/v1/auth/logout'))).toBe(UNAUTHENTICATED);
    expect(await isAlive(person)).toBe(true);
  });
});

describe('logout-all', () => {
  it('ends every session of the user, and of nobody else', async () => {
    const here = await register(app);
    const there = await signIn(app, here);
    const other = await register(app);
    expect(outcome(await post('logout-all', here.token))).toBe('200');
    expect(await isAlive(here)).toBe(false);
    expect(await isAlive(there)).toBe(false);
    expect(await isAlive(other)).toBe(true);
  });

  it('wants a session that is alive', async () => {
    const person = await register(app);
    app.clock.advance(31 * MINUTE);
    expect(outcome(await post('logout-all', person.token))).toBe(UNAUTHENTICATED);
  });
});

describe('an admin', () => {
  it('sees the sessions of a user and ends them all', async () => {
    const admin = await registerAdmin(app);
    const person = await register(app);
    await signIn(app, person, 'a phone');
    const path = `/api/v1/admin/users/${person.id}/sessions`;
    const { body } = await app.api.get<Reply<{ sessions: SessionView[] }>>(path, { token: admin.token });
    expect(body.data.sessions.map(({ user_agent, current }) => [user_agent, current])).toContainEqual([
      'a phone',
      false,
    ]);
    expect(outcome(await app.api.delete<Reply>(path, undefined, { token: admin.token }))).toBe('200');
    expect(await isAlive(person)).toBe(false);
    expect(outcome(await app.api.get<Reply>('/api/v1/users/me', { token: admin.token }))).toBe('200');
    const nobody = `/api/v1/admin/users/${newId()}/sessions`;
    expect(outcome(await app.api.get<Reply>(nobody, { token: admin.token }))).toBe(NOT_FOUND);
    expect(outcome(await app.api.delete<Reply>(nobody, undefined, { token: admin.token }))).toBe(NOT_FOUND);
  });
});
