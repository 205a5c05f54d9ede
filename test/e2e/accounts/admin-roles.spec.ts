import { permissions } from '#kernel';
import { freshName, type Person, register, registerAdmin, registerWith } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

interface RoleView {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly built_in: boolean;
}

const ROLES = '/api/v1/admin/roles';

let app: TestApp;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.stop());

const create = (body: unknown, { token } = admin): Promise<ApiAnswer<Reply<RoleView>>> =>
  app.api.post(ROLES, body, { token });
const update = (name: string, body: unknown, { token } = admin): Promise<ApiAnswer<Reply<RoleView>>> =>
  app.api.put(`${ROLES}/${encodeURIComponent(name)}`, body, { token });
const remove = async (name: string, { token } = admin): Promise<string> =>
  outcome(await app.api.delete<Reply>(`${ROLES}/${encodeURIComponent(name)}`, undefined, { token }));
const give = async ({ id }: Person, ...roles: string[]): Promise<string> =>
  outcome(await app.api.patch<Reply>(`/api/v1/admin/users/${id}`, { roles }, { token: admin.token }));
const readsAudit = async ({ token }: Person): Promise<string> =>
  outcome(await app.api.get<Reply>('/api/v1/admin/audit-logs', { token }));
async function list(): Promise<readonly RoleView[]> {
  return (await app.api.get<Reply<{ roles: RoleView[] }>>(ROLES, { token: admin.token })).body.data.roles;
}

describe('roles', () => {
  it('are two from the beginning', async () => {
    const builtIn = (await list()).filter(({ built_in }) => built_in);
    expect(builtIn).toMatchObject([
      { name: 'admin', permissions },
      { name: 'user', permissions: [] },
    ]);
  });

  it('are made of permissions from a list', async () => {
    const answer = await app.api.get<Reply<{ permissions: string[] }>>('/api/v1/admin/permissions', {
      token: admin.token,
    });
    expect(answer.body.data.permissions).toEqual(permissions);
  });

  it('are made, changed and deleted, and whoever has one feels it at his next request', async () => {
    const name = freshName('auditor');
    const person = await register(app);
    const made = await create({ name, permissions: ['users:read', 'users:read'] });
    expect([made.status, made.body.data]).toMatchObject([201, { name, permissions: ['users:read'], built_in: false }]);
    expect(await give(person, 'user', name)).toBe('200');
    expect(await readsAudit(person)).toBe(FORBIDDEN);

    expect(outcome(await update(name, { permissions: ['audit:read'] }))).toBe('200');
    expect(await readsAudit(person)).toBe('200');
    expect(outcome(await update(name, { name, permissions: [] }))).toBe('200');
    expect(await readsAudit(person)).toBe(FORBIDDEN);
    await update(name, { permissions: ['audit:read'] });
    expect(await readsAudit(person)).toBe('200');

    expect(await remove(name)).toBe('200');
    expect(await readsAudit(person)).toBe(FORBIDDEN);
    expect((await list()).map((role) => role.name)).not.toContain(name);
    const me = await app.api.get<Reply<{ roles: string[] }>>('/api/v1/users/me', { token: person.token });
    expect(me.body.data.roles).toEqual(['user']);
  });

  it('that are built in neither change nor go', async () => {
    for (const name of ['admin', 'user']) {
      expect(outcome(await update(name, { permissions: [] }))).toBe(CONFLICT);
      expect(await remove(name)).toBe(CONFLICT);
    }
  });

  it('have names that are read as one only once', async () => {
    const name = freshName('Support');
    expect(outcome(await create({ name, permissions: [] }))).toBe('201');
    for (const taken of [name, name.toUpperCase(), 'admin', 'Admin', 'ＡＤＭＩＮ', 'user']) {
      expect(outcome(await create({ name: taken, permissions: [] }))).toBe(CONFLICT);
    }
  });

  it('have one maker, when several make the same at once', async () => {
    const name = freshName('raced');
    const answers = await Promise.all(Array.from({ length: 6 }, () => create({ name, permissions: [] })));
    expect(answers.map(outcome).sort()).toEqual(['201', ...Array<string>(5).fill(CONFLICT)]);
  });

  it.each(['nothing', '..%2fusers', "x' OR '1'='1", '%', 'a'.repeat(300)])(
    'are not found by the name %s',
    async (name) => {
      expect(outcome(await update(name, { permissions: [] }))).toBe(NOT_FOUND);
      expect(await remove(name)).toBe(NOT_FOUND);
    },
  );

  it('may be called what they like', async () => {
    for (const word of ['支持', 'a b', 'a/b', '<b>', '100%', "o'neill", '?q=1#x']) {
      const name = freshName(word);
      expect((await create({ name, permissions: [] })).body.data.name).toBe(name);
      expect((await update(name, { permissions: ['stats:read'] })).body.data.permissions).toEqual(['stats:read']);
      expect(await remove(name)).toBe('200');
    }
  });

  it.each([
    ['name', { name: '', permissions: [] }],
    ['name', { name: 'a'.repeat(51), permissions: [] }],
    ['name', { name: 1, permissions: [] }],
    ['name', { name: 'a\u0000', permissions: [] }],
    ['name', { permissions: [] }],
    ['permissions', { name: 'a' }],
    ['permissions', { name: 'a', permissions: 'users:read' }],
    ['permissions', { name: 'a', permissions: ['everything'] }],
    ['permissions', { name: 'a', permissions: [null] }],
    ['permissions', { name: 'a', permissions: { 0: 'users:read' } }],
    ['built_in', { name: 'a', permissions: [], built_in: true }],
  ])('are refused for their %s: %j', async (field, body) => {
    expect(outcome(await create(body))).toBe(invalid(field));
  });

  it('are not renamed', async () => {
    const name = freshName('named');
    await create({ name, permissions: [] });
    expect(outcome(await update(name, { name: 'other', permissions: [] }))).toBe(invalid('name'));
  });

  it('allow nobody to give what he does not hold', async () => {
    const clerk = await registerWith(app, admin, 'roles:write', 'users:read');
    const name = freshName('clerks');
    expect(outcome(await create({ name, permissions: ['users:write'] }, clerk))).toBe(FORBIDDEN);
    expect(outcome(await create({ name, permissions: ['users:read'] }, clerk))).toBe('201');
    expect(outcome(await update(name, { permissions: [...permissions] }, clerk))).toBe(FORBIDDEN);
    expect(outcome(await update(name, { permissions: ['roles:write'] }, clerk))).toBe('200');
    const strong = freshName('strong');
    await create({ name: strong, permissions: ['audit:read'] });
    expect(outcome(await update(strong, { permissions: [] }, clerk))).toBe(FORBIDDEN);
    expect(await remove(strong, clerk)).toBe(FORBIDDEN);
  });
});
