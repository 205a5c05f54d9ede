import { UserAdministration } from '#auth';
import type { Permission, Scope } from '#kernel';
import type { ApiAnswer } from '../harness/api-client';
import type { Reply } from '../harness/reply';
import type { TestApp } from '../harness/start-app';

export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly is_active: boolean;
  readonly is_vip: boolean;
  readonly vip_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TokensView {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
}

export interface SignedInView extends TokensView {
  readonly user: UserView;
}

/** Someone with an account, signed in. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}

export const PASSWORD = 'correct horse battery';

let made = 0;

/** A name that nobody in the run has. */
export const freshName = (word = 'person'): string => `${word}-${++made}`;

/** A body for registration that is right, but for what is said. */
export function registration(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const name = freshName();
  return { username: name, email: `${name}@example.org`, password: PASSWORD, ...changes };
}

export async function register(app: TestApp, changes: { username?: string; email?: string; password?: string } = {}) {
  const body = registration(changes);
  const answer = await app.api.post<Reply<SignedInView>>('/api/v1/auth/register', body);
  return personIn(answer, String(body['password']));
}

/** One more session of someone who has an account. */
export async function signIn(
  app: TestApp,
  { username, password }: { username: string; password: string },
  userAgent = 'tests',
): Promise<Person> {
  const headers = { 'user-agent': userAgent };
  const answer = await app.api.post<Reply<SignedInView>>('/api/v1/auth/login', { username, password }, { headers });
  return personIn(answer, password);
}

/** Someone whom the operator gave the role of an admin. */
export async function registerAdmin(app: TestApp): Promise<Person> {
  const person = await register(app, { username: freshName('admin') });
  await app.nest.get(UserAdministration).update({ via: 'cli' }, person.id, { roles: ['user', 'admin'] });
  return person;
}

/** Someone with a role that allows just this. */
export async function registerWith(app: TestApp, admin: Person, ...permissions: Permission[]): Promise<Person> {
  const name = freshName('role');
  const created = await app.api.post<Reply>('/api/v1/admin/roles', { name, permissions }, { token: admin.token });
  if (created.status !== 201) throw new Error(created.text);
  const person = await register(app);
  const path = `/api/v1/admin/users/${person.id}`;
  const changed = await app.api.patch<Reply>(path, { roles: ['user', name] }, { token: admin.token });
  if (changed.status !== 200) throw new Error(changed.text);
  return person;
}

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

export interface NewApiKeyView extends ApiKeyView {
  readonly key: string;
}

export async function makeApiKey(
  app: TestApp,
  { token }: Person,
  body: { name?: string; scopes?: readonly Scope[]; expires_at?: string } = {},
): Promise<NewApiKeyView> {
  const request = { name: 'a key', ...body };
  const answer = await app.api.post<Reply<NewApiKeyView>>('/api/v1/users/me/api-keys', request, { token });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.data;
}

function personIn({ status, body, text }: ApiAnswer<Reply<SignedInView>>, password: string): Person {
  if (status >= 300) throw new Error(`nobody was signed in: ${status} ${text}`);
  const { user, access_token, refresh_token } = body.data;
  return {
    id: user.id,
    username: user.username,
    email: user.email ?? '',
    password,
    token: access_token,
    refreshToken: refresh_token,
  };
}
