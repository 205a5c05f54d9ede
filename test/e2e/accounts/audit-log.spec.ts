import { auditActions } from '#audit';
import { newId } from '#kernel';
import {
  freshName,
  makeApiKey,
  PASSWORD,
  type Person,
  register,
  registerAdmin,
  registerWith,
  signIn,
} from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { eventually } from '../../harness/eventually';
import { invalid, outcome, type Reply } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

interface EntryView {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actor: { readonly id: string; readonly username: string } | null;
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
  readonly details: Record<string, unknown>;
}

interface PageView {
  readonly entries: readonly EntryView[];
  readonly pagination: { readonly next_cursor: string | null };
}

let app: TestApp;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.stop());

const search = (query: string): Promise<ApiAnswer<Reply<PageView>>> =>
  app.api.get(`/api/v1/admin/audit-logs?${query}`, { token: admin.token });
const entries = async (query: string): Promise<readonly EntryView[]> => (await search(query)).body.data.entries;
const actions = async (query: string): Promise<string[]> => (await entries(query)).map(({ action }) => action);

describe('the audit log', () => {
  it('tells who did what to whom, when, from where and in which request', async () => {
    const person = await register(app);
    const headers = { 'user-agent': "an admin's browser", 'x-request-id': 'promotion-1' };
    const body = { is_vip: true, plan: 'vip' };
    await app.api.patch(`/api/v1/admin/users/${person.id}`, body, { token: admin.token, headers });
    const [entry] = await entries(`target=${person.id}&action=user.updated`);
    expect(entry).toEqual({
      id: expect.any(String) as string,
      at: app.clock.date().toISOString(),
      action: 'user.updated',
      actor: { id: admin.id, username: admin.username },
      target: { type: 'user', id: person.id },
      ip: expect.stringContaining('127.0.0.1') as string,
      user_agent: "an admin's browser",
      request_id: 'promotion-1',
      details: { before: { is_vip: false, plan: null }, after: { is_vip: true, plan: 'vip' } },
    });
  });

  it('tells all that a user does with his account', async () => {
    const person = await register(app);
    const { token } = person;
    const { id } = await makeApiKey(app, person);
    await app.api.delete(`/api/v1/users/me/api-keys/${id}`, undefined, { token });
    await app.api.post('/api/v1/auth/login', { username: person.username, password: 'wrong password' });
    await app.api.patch('/api/v1/users/me', { username: freshName('renamed') }, { token });
    const passwords = { current_password: PASSWORD, new_password: `${PASSWORD}!`, confirm_password: `${PASSWORD}!` };
    await app.api.post('/api/v1/users/me/change-password', passwords, { token });
    await app.api.post('/api/v1/auth/forgot-password', { email: person.email });
    await eventually(async () => (await actions(`target=${person.id}`)).includes('auth.password_reset_requested'));
    await app.api.post('/api/v1/auth/logout-all', undefined, { token });
    expect((await actions(`actor=${person.id}`)).reverse()).toEqual([
      'auth.registered',
      'api_key.created',
      'api_key.revoked',
      'user.profile_updated',
      'auth.password_changed',
      'auth.logout_all',
    ]);
    expect(await actions(`target=${person.id}&action=auth.login_failed`)).toHaveLength(1);
    expect(await actions(`target=${id}`)).toEqual(['api_key.revoked', 'api_key.created']);
  });

  it('tells sign-ins and sign-outs', async () => {
    const person = await signIn(app, await register(app));
    await app.api.post('/api/v1/auth/logout', undefined, { token: person.token });
    expect(await actions(`actor=${person.id}`)).toEqual(['auth.logout', 'auth.login', 'auth.registered']);
    await app.api.post('/api/v1/auth/login', { username: freshName('nobody'), password: PASSWORD });
    const [failed] = await entries('action=auth.login_failed');
    expect(failed).toMatchObject({ actor: null, target: null, details: { reason: 'wrong_credentials' } });
  });

  it('tells of changes of roles', async () => {
    const name = freshName('told');
    const { token } = admin;
    await app.api.post('/api/v1/admin/roles', { name, permissions: ['users:read'] }, { token });
    await app.api.put(`/api/v1/admin/roles/${name}`, { permissions: [] }, { token });
    await app.api.delete(`/api/v1/admin/roles/${name}`, undefined, { token });
    expect((await entries(`target=${name}`)).map(({ action, details }) => [action, details])).toEqual([
      ['role.deleted', { permissions: [] }],
      ['role.updated', { before: { permissions: ['users:read'] }, after: { permissions: [] } }],
      ['role.created', { permissions: ['users:read'] }],
    ]);
  });

  it('tells who tried what was not for them', async () => {
    const person = await register(app);
    const { key } = await makeApiKey(app, admin);
    await app.api.get('/api/v1/admin/users', { token: person.token });
    await app.api.delete(`/api/v1/admin/users/${newId()}/sessions`, undefined, { token: person.token });
    await app.api.get('/api/v1/admin/roles', { token: key });
    const denied = await entries('action=auth.access_denied&size=3');
    expect(denied.map(({ actor, target }) => [actor?.username, target])).toEqual([
      [admin.username, { type: 'route', id: 'GET /api/v1/admin/roles' }],
      [person.username, { type: 'route', id: 'DELETE /api/v1/admin/users/:id/sessions' }],
      [person.username, { type: 'route', id: 'GET /api/v1/admin/users' }],
    ]);
  });

  it('tells nothing of what was refused', async () => {
    const person = await register(app);
    const before = (await actions('size=200')).length;
    await app.api.patch(`/api/v1/admin/users/${person.id}`, { roles: ['nothing'] }, { token: admin.token });
    await app.api.patch('/api/v1/users/me', { username: admin.username }, { token: person.token });
    expect((await actions('size=200')).length).toBe(before);
  });

  it('is read in pages, the newest first, each entry once', async () => {
    const person = await register(app);
    for (let n = 0; n < 6; n++) await app.api.patch('/api/v1/users/me', {}, { token: person.token });
    const all = await entries(`actor=${person.id}`);
    expect(all).toHaveLength(7);
    const pages: EntryView[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page++) {
      expect(page).toBeLessThan(4);
      const { body } = await search(`actor=${person.id}&size=3${cursor && `&cursor=${cursor}`}`);
      pages.push(...body.data.entries);
      cursor = body.data.pagination.next_cursor;
      // What comes in meanwhile moves no page.
      await app.api.patch('/api/v1/users/me', {}, { token: person.token });
    }
    expect(pages).toEqual(all);
  });

  it('is filtered by time, from and to', async () => {
    const person = await register(app);
    app.clock.advance(60_000);
    const began = app.clock.date().toISOString();
    await app.api.patch('/api/v1/users/me', {}, { token: person.token });
    app.clock.advance(60_000);
    const over = app.clock.date().toISOString();
    await app.api.patch('/api/v1/users/me', {}, { token: person.token });
    expect(await actions(`actor=${person.id}&from=${began}&to=${over}`)).toEqual(['user.profile_updated']);
    expect(await actions(`actor=${person.id}&from=${over}`)).toHaveLength(1);
    expect(await actions(`actor=${person.id}&to=${began}`)).toEqual(['auth.registered']);
    expect(await actions(`actor=${person.id}&from=2026-01-01&to=2026-01-01`)).toEqual([]);
  });

  it.each([
    ['action=everything', 'action'],
    ['action=auth.login&action=auth.logout', 'action'],
    ['from=yesterday', 'from'],
    ['from=2026-02-30', 'from'],
    ['to=1767268800', 'to'],
    ['size=0', 'size'],
    ['size=201', 'size'],
    ['size=ten', 'size'],
    ['cursor=1', 'cursor'],
    ["cursor=' OR '1'='1", 'cursor'],
    ['cursor=', 'cursor'],
    ['sort=ip', 'sort'],
    ['page=1', 'page'],
  ])('refuses ?%s', async (query, field) => {
    expect(outcome(await search(query))).toBe(invalid(field));
  });

  it.each([`actor=${newId()}`, 'actor=nobody', 'target=%25', "target=' OR '1'='1"])(
    'finds nothing by ?%s',
    async (query) => {
      expect(await entries(query)).toEqual([]);
    },
  );

  it('knows its actions from the document', async () => {
    for (const action of auditActions) expect(outcome(await search(`action=${action}`))).toBe('200');
  });

  it('is for whoever may read it, and nobody writes or deletes in it', async () => {
    const reader = await registerWith(app, admin, 'audit:read');
    expect(outcome(await app.api.get<Reply>('/api/v1/admin/audit-logs', { token: reader.token }))).toBe('200');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await app.api.send<Reply>(method, '/api/v1/admin/audit-logs', { token: admin.token });
      expect(outcome(answer)).toBe('405 METHOD_NOT_ALLOWED');
    }
  });
});

describe('the file of it', () => {
  const file = (query: string) =>
    app.api.get<Reply>(`/api/v1/admin/audit-logs/export?${query}`, { token: admin.token });

  it('has the same entries, as JSON Lines and as CSV, whose texts are no formulas', async () => {
    const name = freshName('exported');
    for (let at = 0; at < 3; at++) {
      const headers = { 'user-agent': '=1+1, "x"' };
      await app.api.post('/api/v1/auth/login', { username: name, password: 'wrong' }, { headers });
    }
    const query = 'action=auth.login_failed';
    const listed = await entries(`${query}&size=200`);
    const jsonl = await file(`${query}&format=jsonl`);
    expect(jsonl.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(jsonl.headers.get('content-disposition')).toBe('attachment; filename=audit-log.jsonl');
    expect(
      jsonl.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(listed);
    const lines = (await file(query)).text.split('\r\n');
    expect(lines[0]).toBe('id,at,action,actor_id,actor,target_type,target_id,ip,user_agent,request_id,details');
    expect(lines).toHaveLength(listed.length + 2);
    expect(lines[1]).toContain(`"'=1+1, ""x"""`);
    expect((await file('action=plan.deleted')).text.split('\r\n')).toHaveLength(2);
    expect((await file('action=plan.deleted&format=jsonl')).text).toBe('');
  });

  it.each([
    ['format=xml', 'format'],
    ['size=5', 'size'],
    ['action=nothing', 'action'],
  ])('refuses ?%s', async (query, field) => {
    expect(outcome(await file(query))).toBe(invalid(field));
  });
});
