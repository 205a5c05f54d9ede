import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshName, PASSWORD, type Person, register, registerAdmin, signIn } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { eventually } from '../../harness/eventually';
import { readMail } from '../../harness/read-mail';
import { invalid, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { SmtpServer } from '../../harness/smtp-server';
import { startApp, type TestApp } from '../../harness/start-app';

const HOUR = 3_600_000;
const NEW_PASSWORD = 'a better battery staple';

let app: TestApp;
let smtp: SmtpServer;

beforeAll(async () => {
  smtp = await SmtpServer.start();
  app = await startApp({
    environment: { SMTP_URL: smtp.url, MAIL_FROM: 'chat@example.com', PUBLIC_URL: 'https://chat.example.com/app' },
  });
});
afterAll(async () => {
  await app.stop();
  await smtp.stop();
});

const post = (path: string, body: unknown, token?: string, headers = {}): Promise<ApiAnswer<Reply>> =>
  app.api.post(`/api/v1/${path}`, body, { ...(token && { token }), headers });
const forgot = (email: unknown, headers = {}) => post('auth/forgot-password', { email }, undefined, headers);
const reset = (token: unknown, new_password: unknown = NEW_PASSWORD, confirm_password = new_password) =>
  post('auth/reset-password', { token, new_password, confirm_password });
const login = async ({ username }: Person, password: string): Promise<string> =>
  outcome(await post('auth/login', { username, password }));
const isAlive = async ({ token }: Person): Promise<boolean> =>
  (await app.api.get('/api/v1/users/me', { token })).status === 200;

async function nextMail() {
  const { raw, to } = await smtp.nextMail();
  const mail = readMail(raw);
  const [, token = ''] = /https:\/\/chat\.example\.com\/app\/reset-password\?token=([\w-]+)/.exec(mail.text) ?? [];
  return { ...mail, to, token };
}

async function resetTokenFor({ email }: Person): Promise<string> {
  await forgot(email);
  const { token, to } = await nextMail();
  expect([to, token.length]).toEqual([[email], 43]);
  return token;
}

describe('forgot-password', () => {
  it('sends a mail with a link to whoever has the address, in the language asked for', async () => {
    const person = await register(app);
    expect(outcome(await forgot(person.email.toUpperCase(), { 'accept-language': 'zh' }))).toBe('200');
    const mail = await nextMail();
    expect(mail.to).toEqual([person.email]);
    expect(mail.headers.get('from')).toContain('chat@example.com');
    expect(mail.headers.get('subject')).toBe('重置密码');
    expect(mail.text).toContain(person.username);
    await forgot(person.email);
    expect((await nextMail()).headers.get('subject')).toBe('Reset your password');
  });

  it('answers the same whether there is such an address or not, in the same time', async () => {
    const admin = await registerAdmin(app);
    const [known, inactive] = await Promise.all([register(app), register(app)]);
    await app.api.patch(`/api/v1/admin/users/${inactive.id}`, { is_active: false }, { token: admin.token });
    const before = smtp.mails.length;
    const seen = new Map<string, unknown>();
    const quickest = new Map<string, number>();
    const emails = [known.email, inactive.email, 'nobody@example.org', known.username, 'no address'];
    const apartMs = () => Math.max(...quickest.values()) - Math.min(...quickest.values());
    // The quickest of each, for the others tell how busy the machine is; of a busy one it takes more to know.
    let rounds = 0;
    for (; rounds < 10 || (rounds < 100 && apartMs() > 5); rounds++) {
      for (const email of emails) {
        const began = performance.now();
        const { status, headers, body } = await forgot(email);
        quickest.set(email, Math.min(quickest.get(email) ?? Infinity, performance.now() - began));
        seen.set(email, { status, body, headers: [...headers].filter(([name]) => !/date|x-/.test(name)) });
      }
    }
    for (let sent = 0; sent < rounds; sent++) expect((await nextMail()).to).toEqual([known.email]);
    expect(smtp.mails.length - before).toBe(rounds);
    expect(new Set([...seen.values()].map((each) => JSON.stringify(each))).size).toBe(1);
    expect(apartMs()).toBeLessThan(5);
  });

  it('refuses what is no text', async () => {
    for (const email of [null, 1, ['a@example.org'], {}, undefined, 'a@example.org\u0000', '']) {
      expect(outcome(await forgot(email))).toBe(invalid('email'));
    }
  });

  it('tries again when the mail server is busy, and the answer does not wait', async () => {
    const person = await register(app);
    smtp.fail('connect', '421 busy');
    expect(outcome(await forgot(person.email))).toBe('200');
    expect((await nextMail()).to).toEqual([person.email]);
  });
});

describe('reset-password', () => {
  it('sets the password and ends every session', async () => {
    const here = await register(app);
    const there = await signIn(app, here);
    expect(outcome(await reset(await resetTokenFor(here)))).toBe('200');
    for (const person of [here, there]) {
      expect(await isAlive(person)).toBe(false);
      expect(outcome(await post('auth/refresh', { refresh_token: person.refreshToken }))).toBe(UNAUTHENTICATED);
    }
    expect(await login(here, PASSWORD)).toBe(UNAUTHENTICATED);
    expect(await login(here, NEW_PASSWORD)).toBe('200');
  });

  it('takes a token once', async () => {
    const person = await register(app);
    const token = await resetTokenFor(person);
    expect(outcome(await reset(token))).toBe('200');
    expect(outcome(await reset(token, 'yet another password'))).toBe(invalid('token'));
    expect(await login(person, NEW_PASSWORD)).toBe('200');
  });

  it('takes a token once, however many send it at once', async () => {
    const person = await register(app);
    const token = await resetTokenFor(person);
    const passwords = Array.from({ length: 8 }, (_, n) => `the password of number ${n}`);
    const outcomes = await Promise.all(passwords.map(async (password) => outcome(await reset(token, password))));
    expect(outcomes.filter((each) => each === '200')).toHaveLength(1);
    expect(outcomes.filter((each) => each === invalid('token'))).toHaveLength(7);
    expect(await login(person, passwords[outcomes.indexOf('200')] ?? '')).toBe('200');
  });

  it('takes only the newest token', async () => {
    const person = await register(app);
    const older = await resetTokenFor(person);
    const newer = await resetTokenFor(person);
    expect(outcome(await reset(older))).toBe(invalid('token'));
    expect(outcome(await reset(newer))).toBe('200');
  });

  it('takes a token for an hour', async () => {
    const [quick, slow] = await Promise.all([register(app), register(app)]);
    const [inTime, late] = [await resetTokenFor(quick), await resetTokenFor(slow)];
    app.clock.advance(HOUR - 1000);
    expect(outcome(await reset(inTime))).toBe('200');
    app.clock.advance(1000);
    expect(outcome(await reset(late))).toBe(invalid('token'));
    expect(await login(slow, PASSWORD)).toBe('200');
  });

  it('holds the new password to the rules, and keeps the token for a better one', async () => {
    const person = await register(app, { username: freshName('Bartholomew') });
    const token = await resetTokenFor(person);
    for (const password of ['short', 'x'.repeat(129), ' '.repeat(9), null, 12345678, person.username.toUpperCase()]) {
      expect(outcome(await reset(token, password))).toBe(invalid('new_password'));
    }
    expect(outcome(await reset(token, NEW_PASSWORD, 'something else'))).toBe(invalid('confirm_password'));
    expect(outcome(await reset(token))).toBe('200');
  });

  it('refuses what is no token of ours', async () => {
    for (const token of ['a', 'a'.repeat(43), "' OR 1=1 --", '../../etc/passwd', null, 1, {}, '']) {
      expect(outcome(await reset(token))).toBe(invalid('token'));
    }
  });

  it('refuses a token that was sent to an address which is no longer the user’s', async () => {
    const person = await register(app);
    const token = await resetTokenFor(person);
    await app.api.patch('/api/v1/users/me', { email: `${freshName()}@example.org` }, { token: person.token });
    expect(outcome(await reset(token))).toBe(invalid('token'));
  });

  it('does nothing for a deleted user', async () => {
    const person = await register(app);
    const token = await resetTokenFor(person);
    await app.api.delete('/api/v1/users/me', { password: PASSWORD }, { token: person.token });
    expect(outcome(await reset(token))).toBe(invalid('token'));
  });
});

describe('change-password', () => {
  const change = (token: string, current_password: unknown, new_password: unknown, confirm_password = new_password) =>
    post('users/me/change-password', { current_password, new_password, confirm_password }, token);

  it('ends the other sessions and withdraws links that were sent before', async () => {
    const here = await register(app);
    const there = await signIn(app, here);
    const resetToken = await resetTokenFor(here);
    expect(outcome(await change(here.token, PASSWORD, NEW_PASSWORD))).toBe('200');
    expect([await isAlive(here), await isAlive(there)]).toEqual([true, false]);
    expect(outcome(await post('auth/refresh', { refresh_token: there.refreshToken }))).toBe(UNAUTHENTICATED);
    expect(outcome(await post('auth/refresh', { refresh_token: here.refreshToken }))).toBe('200');
    expect(outcome(await reset(resetToken))).toBe(invalid('token'));
    expect([await login(here, PASSWORD), await login(here, NEW_PASSWORD)]).toEqual([UNAUTHENTICATED, '200']);
  });

  it('wants the current password', async () => {
    const person = await register(app);
    for (const wrong of ['wrong password', '', PASSWORD.toUpperCase(), null]) {
      expect(outcome(await change(person.token, wrong, NEW_PASSWORD))).toBe(invalid('current_password'));
    }
    expect(await login(person, PASSWORD)).toBe('200');
  });

  it('holds the new password to the rules', async () => {
    const person = await register(app);
    for (const password of ['short', 'x'.repeat(129), person.username.toUpperCase()]) {
      expect(outcome(await change(person.token, PASSWORD, password))).toBe(invalid('new_password'));
    }
    expect(outcome(await change(person.token, PASSWORD, NEW_PASSWORD, PASSWORD))).toBe(invalid('confirm_password'));
  });

  it('lets one of several who change it at once win', async () => {
    const person = await register(app);
    const passwords = Array.from({ length: 5 }, (_, n) => `the password of number ${n}`);
    const outcomes = await Promise.all(
      passwords.map(async (next) => outcome(await change(person.token, PASSWORD, next))),
    );
    expect(outcomes.filter((each) => each === '200')).toHaveLength(1);
    expect(await login(person, passwords[outcomes.indexOf('200')] ?? '')).toBe('200');
  });

  it('leaves nobody signed in who came in by the old password at the same time', async () => {
    const person = await register(app);
    const logins = Array.from({ length: 5 }, () =>
      app.api.post<Reply<{ access_token: string }>>('/api/v1/auth/login', {
        username: person.username,
        password: PASSWORD,
      }),
    );
    const [changed, ...signedIn] = await Promise.all([change(person.token, PASSWORD, NEW_PASSWORD), ...logins]);
    expect(outcome(changed)).toBe('200');
    for (const { status, body } of signedIn) {
      if (status !== 200) continue;
      const me = await app.api.get<Reply>('/api/v1/users/me', { token: body.data.access_token });
      expect(outcome(me)).toBe(UNAUTHENTICATED);
    }
  });
});

describe('mail without a server', () => {
  it('is a file of which the log tells, with a link that works', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mail-'));
    const other = await startApp({ environment: { MAIL_DIR: directory } });
    const person = await register(other);
    await other.api.post('/api/v1/auth/forgot-password', { email: person.email });
    let files: string[] = [];
    await eventually(
      async () => (files = (await readdir(directory)).filter((name) => name.endsWith('.eml'))).length > 0,
    );
    const file = join(directory, files[0] ?? '');
    await eventually(() => other.logLines.some((line) => line.includes(file)));
    const mail = await readFile(file, 'utf8');
    const [, token = ''] = /\/reset-password\?token=([\w-]{43})/.exec(mail) ?? [];
    expect(mail).toContain(`${other.baseUrl}/reset-password?token=${token}`);
    const body = { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD };
    expect(outcome(await other.api.post<Reply>('/api/v1/auth/reset-password', body))).toBe('200');
    await signIn(other, { ...person, password: NEW_PASSWORD });
    await other.stop();
    await rm(directory, { recursive: true });
  });
});
