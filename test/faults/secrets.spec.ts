import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { Outside } from '../e2e/chat/outside';
import {
  makeApiKey,
  type NewApiKeyView,
  type Person,
  register,
  registerAdmin,
  type SignedInView,
  signIn,
  type TokensView,
} from '../factories/people';
import { partsOf } from '../factories/tokens';
import { Canaries } from '../harness/canaries';
import { eventually } from '../harness/eventually';
import { readMail } from '../harness/read-mail';
import type { Reply } from '../harness/reply';
import { SmtpServer } from '../harness/smtp-server';
import { startApp, type TestApp } from '../harness/start-app';
import { startProcess } from '../harness/start-process';

const SMTP_PASSWORD = 'canary-of-the-mail-server';
const SECRET_KEY = 'canary-of-the-signing-key-000000';

let app: TestApp;
let smtp: SmtpServer;
/** Filled as the flows run. */
const secrets = new Canaries();
/** Answers to others than the owner of a secret, and all errors. */
const seen: string[] = [];

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Reply> {
  const answer = await app.api.send<Reply>(method, path, {
    ...(token !== undefined && { token }),
    ...(body !== undefined && { body }),
  });
  if (answer.status >= 400) seen.push(answer.text, JSON.stringify([...answer.headers]));
  return answer.body;
}

beforeAll(async () => {
  smtp = await SmtpServer.start();
  app = await startApp({
    environment: {
      SMTP_URL: smtp.url.replace('//', `//mailer:${SMTP_PASSWORD}@`),
      SECRET_KEY,
      LOG_LEVEL: 'debug',
      ADMIN_USERNAME: 'root',
      ADMIN_EMAIL: 'root@example.org',
      ADMIN_PASSWORD: 'canary-of-the-first-admin',
    },
  });
  secrets.add('the mail server’s password', SMTP_PASSWORD);
  secrets.add('the signing key', SECRET_KEY);
  secrets.add('the first admin’s password', 'canary-of-the-first-admin');
});
afterAll(async () => {
  await app.stop();
  await smtp.stop();
});

function keepTokens(whose: string, { token, refreshToken }: Pick<Person, 'token' | 'refreshToken'>): void {
  for (const [kind, text] of Object.entries({ access: token, refresh: refreshToken })) {
    secrets.add(`${whose} ${kind} token`, text);
    secrets.add(`the signature of ${whose} ${kind} token`, partsOf(text).signature);
  }
}

describe('secrets', () => {
  it('go through every flow, right and wrong', async () => {
    const password = 'canary-of-the-password';
    const person = await register(app, { password });
    secrets.add('the password', password);
    keepTokens('the first', person);
    const again = await signIn(app, person);
    keepTokens('the second', again);

    const refreshed = (await call('POST', '/api/v1/auth/refresh', {
      refresh_token: again.refreshToken,
    })) as Reply<TokensView>;
    keepTokens('the third', { token: refreshed.data.access_token, refreshToken: refreshed.data.refresh_token });
    app.clock.advance(11_000);
    await call('POST', '/api/v1/auth/refresh', { refresh_token: again.refreshToken });

    const wrong = 'canary-of-a-wrong-password';
    secrets.add('a wrong password', wrong);
    await call('POST', '/api/v1/auth/login', { username: person.username, password: wrong });
    await call('POST', '/api/v1/auth/login', { username: [wrong], password: { $ne: wrong } });
    await call('POST', '/api/v1/auth/login', `{"username":"x","password":"${wrong}"`);
    await call('POST', '/api/v1/auth/register', { username: 'x', email: 'x', password: wrong, confirm_password: 'y' });
    await call('POST', '/api/v1/auth/register', { username: person.username, email: person.email, password: wrong });

    const { key } = await makeApiKey(app, person);
    secrets.add('an API key', key);
    secrets.add('the hash of an API key', createHash('sha256').update(key).digest('hex'));
    await call('GET', '/api/v1/users/me', undefined, key);
    await call('GET', '/api/v1/users/me/api-keys', undefined, key);
    await call('GET', `/api/v1/users/me?token=${person.token}&api_key=${key}`);
    await call('GET', `/api/v1/nowhere?access_token=${person.token}`, undefined, key);

    const next = 'canary-of-the-next-password';
    secrets.add('the next password', next);
    const change = { current_password: wrong, new_password: next, confirm_password: next };
    await call('POST', '/api/v1/users/me/change-password', change, person.token);
    await call('POST', '/api/v1/users/me/change-password', { ...change, current_password: password }, person.token);
    await call('DELETE', '/api/v1/users/me', { password: wrong }, person.token);

    await call('POST', '/api/v1/auth/forgot-password', { email: person.email });
    const mail = readMail((await smtp.nextMail()).raw);
    const [, resetToken = ''] = /token=([\w-]{43})/.exec(mail.text) ?? [];
    expect(resetToken).not.toBe('');
    secrets.add('a reset token', resetToken);
    secrets.add('the hash of a reset token', createHash('sha256').update(resetToken).digest('hex'));
    const reset = { token: resetToken, new_password: next, confirm_password: `${next}!` };
    await call('POST', '/api/v1/auth/reset-password', reset);
    await call('POST', '/api/v1/auth/reset-password', { ...reset, confirm_password: next });
    await call('POST', '/api/v1/auth/reset-password', { ...reset, confirm_password: next });

    smtp.fail('MAIL', '550 no');
    await call('POST', '/api/v1/auth/forgot-password', { email: person.email });
    await eventually(() => app.logLines.some((line) => line.includes('mail was not sent')));
    await call('POST', '/api/v1/auth/logout', undefined, person.token);
    await call('POST', '/api/v1/auth/logout', undefined, person.refreshToken);
    expect(seen.length).toBeGreaterThan(20);
  });

  it('are in no log line', () => {
    const log = app.logLines.join('\n');
    expect(log.length).toBeGreaterThan(5_000);
    expect(secrets.in(log)).toEqual([]);
  });

  it('are in no error', () => {
    expect(secrets.in(seen.join('\n'))).toEqual([]);
  });

  it('are in no metric', async () => {
    const { text } = await app.api.get('/metrics');
    expect(text).toContain('http_requests_total');
    expect(secrets.in(text)).toEqual([]);
  });

  it('are in nothing that an admin may read', async () => {
    const { token } = await registerAdmin(app);
    const pages = ['users?size=100', 'audit-logs?size=200', 'roles', 'permissions'];
    const texts = await Promise.all(
      pages.map(async (page) => (await app.api.get(`/api/v1/admin/${page}`, { token })).text),
    );
    expect(texts.join('')).toContain('auth.refresh_reused');
    expect(secrets.in(texts.join(''))).toEqual([]);
  });

  it('do not come back from the list of keys', async () => {
    const person = await register(app);
    const { key, prefix } = await makeApiKey(app, person);
    const { text } = await app.api.get('/api/v1/users/me/api-keys', { token: person.token });
    expect([text.includes(prefix), text.includes(key)]).toEqual([true, false]);
  });

  it('make no series of metrics', async () => {
    const series = async (): Promise<number> => (await app.api.get('/metrics')).text.split('\n').length;
    await app.api.get('/api/v1/nowhere');
    await app.api.delete('/api/v1/auth/sessions/0', undefined);
    const before = await series();
    for (let n = 0; n < 50; n++) {
      await app.api.get(`/api/v1/nowhere/${n}`);
      await app.api.delete(`/api/v1/auth/sessions/${n}`, undefined);
    }
    expect(await series()).toBeLessThanOrEqual(before + 2);
  });
});

describe('the files of a server', () => {
  it('hold what was given to it in no shape that anybody could use', async () => {
    const server = await startProcess({ LOG_FILE: './logs/api.log', LOG_LEVEL: 'debug', RATE_LIMIT_AUTH: '0' });
    await server.says('the demo model answers');
    const outside = Outside.of(server);
    const given = new Canaries();
    const nobody = { id: '', token: '' };
    const person = { username: 'alice', email: 'alice@example.org', password: 'canary-of-the-password' };
    given.add('the password', person.password);
    const { body } = await outside.ask<SignedInView>('POST', 'auth/register', nobody, { body: person });
    const { access_token: token, refresh_token, user } = body.data;
    const alice = { id: user.id, token };
    given.add('the refresh token', refresh_token);
    given.add('the access token', token);
    const wrong = { username: 'alice', password: 'canary-of-a-wrong-password' };
    given.add('a wrong password', wrong.password);
    await outside.ask('POST', 'auth/login', nobody, { body: wrong });
    await outside.ask('POST', 'auth/refresh', nobody, { body: { refresh_token } });
    const made = await outside.ask<NewApiKeyView>('POST', 'users/me/api-keys', alice, { body: { name: 'mine' } });
    given.add('the API key', made.body.data.key);
    given.add('the key of an upstream', 'sk-canary-of-an-upstream');
    const conversation = await outside.begin(alice, { api_key: 'sk-canary-of-an-upstream' });
    given.add('the password of a share', 'canary-of-a-share');
    await outside.ask('POST', `conversations/${conversation}/share`, alice, {
      body: { password: 'canary-of-a-share' },
    });
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const files = await readdir(server.directory, { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['logs/api.log', 'data/chatgpt.db']));
    expect(await given.inFolder(server.directory)).toEqual([]);
    await server.dispose();
  }, 60_000);
});
