import { freshName, PASSWORD, register, registration, type SignedInView } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { invalid, outcome, type Reply } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ environment: { REJECT_COMMON_PASSWORDS: 'true' } });
});
afterAll(() => app.stop());

const post = (body: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer<Reply<SignedInView>>> =>
  app.api.post('/api/v1/auth/register', body, { headers });
const attempt = async (changes: Record<string, unknown>): Promise<string> => outcome(await post(registration(changes)));

describe('registration', () => {
  it('makes an account and signs in to it', async () => {
    const username = freshName('Zoë.山田');
    const answer = await post({ username, email: 'Zoe@Example.org', password: PASSWORD, confirm_password: PASSWORD });
    expect(answer.status).toBe(201);
    const { user, access_token, token_type, expires_in } = answer.body.data;
    expect(user).toMatchObject({ username, email: 'Zoe@Example.org', is_active: true, is_vip: false });
    expect([token_type, expires_in]).toEqual(['bearer', 1800]);
    const me = await app.api.get<Reply>('/api/v1/users/me', { token: access_token });
    expect(me.body.data).toMatchObject({ id: user.id, username, roles: ['user'], permissions: [] });
  });

  it.each([
    ['two characters', 'ab'],
    ['51 characters', 'a'.repeat(51)],
    ['a blank inside', 'bob smith'],
    ['a blank at its end', 'bob-smith '],
    ['an at sign', 'bob@smith'],
    ['a slash', 'bob/smith'],
    ['markup', '<b>bob</b>'],
    ['a newline', 'bob\nsmith'],
    ['an escape sequence', 'bob\u001b[31m'],
    ['an emoji', 'bob😀'],
    ['a zero-width space', 'bo\u200bb-smith'],
    ['a zero-width joiner', 'bo\u200db-smith'],
    ['a soft hyphen', 'bo\u00adb-smith'],
    ['a right-to-left override', '\u202ebob-smith'],
    ['a bidirectional isolate', 'bob\u2066-smith'],
    ['a byte order mark', '\ufeffbob-smith'],
    ['a Hangul filler', 'bob\u3164smith'],
    ['NUL', 'bob\u0000smith'],
    ['a lone surrogate', 'bob\ud800smith'],
    ['a non-character', 'bob\ufffesmith'],
    ['nothing', ''],
    ['blanks alone', '    '],
    ['1,000 combining marks', `bob${'\u0301'.repeat(1000)}`],
  ])('refuses a username with %s', async (_what, username) => {
    expect(await attempt({ username })).toBe(invalid('username'));
  });

  it.each([['abc'], ['a'.repeat(50)], ['𠮷野家'], ['ÀÉÎ-ñ'], ['a_b.c-d'], ['Пётр']])(
    'takes the username %s',
    async (username) => {
      expect(await attempt({ username })).toBe('201');
    },
  );

  it.each([
    ['case', 'Bobby', 'bOBBY'],
    ['composition', 'ren\u00e9e', 'rene\u0301e'],
    ['width', 'wide', 'ｗｉｄｅ'],
    ['ligatures', 'office', 'o\ufb03ce'],
    ['sharp s', 'strasse', 'straße'],
    ['sigma', 'οδοσ', 'οδος'],
    ['the Kelvin sign', 'kelvin', '\u212aelvin'],
  ])('knows a username whatever its %s', async (_what, first, second) => {
    expect(await attempt({ username: first })).toBe('201');
    expect(await attempt({ username: second })).toBe(invalid('username'));
  });

  it('knows an address whatever its case', async () => {
    expect(await attempt({ email: 'Someone@Example.org' })).toBe('201');
    const answer = await post(registration({ email: 'sOMEONE@eXAMPLE.ORG' }));
    expect(outcome(answer)).toBe(invalid('email'));
    expect(answer.body.error.details?.issue).toBe('is taken');
  });

  it.each([
    ['no at sign', 'bob.example.org'],
    ['two', 'bob@home@example.org'],
    ['no dot in its domain', 'bob@localhost'],
    ['a blank', 'bob smith@example.org'],
    ['a newline and a header', 'bob@example.org\r\nBcc: all@example.org'],
    ['a display name', 'Bob <bob@example.org>'],
    ['255 characters', `${'a'.repeat(243)}@example.org`],
    ['a zero-width space', 'bo\u200bb@example.org'],
    ['a lone surrogate', 'bo\udc00b@example.org'],
    ['an address as its domain', 'bob@[127.0.0.1]'],
    ['nothing', ''],
  ])('refuses an email with %s', async (_what, email) => {
    expect(await attempt({ email })).toBe(invalid('email'));
  });

  it.each([
    ['7 characters', 'Xq7-zP1'],
    ['7 characters of 4 bytes', '𠮷'.repeat(7)],
    ['129 characters', 'Xq7-zP1!'.repeat(16) + 'x'],
    ['100,000 characters', 'Xq7-zP1!'.repeat(12_500)],
    ['blanks alone', ' '.repeat(12)],
    ['NUL', 'Xq7-zP1\u0000tail'],
    ['a lone surrogate', 'Xq7-zP1\ud800tail'],
    ['what everyone tries', 'password123'],
    ['what everyone tries, in capitals', 'PASSWORD123'],
    ['a walk over the keyboard', 'qwertyuiop'],
  ])('refuses a password of %s', async (_what, password) => {
    expect(await attempt({ password })).toBe(invalid('password'));
  });

  it('refuses the username as the password, however it is written', async () => {
    const username = freshName('Marguerite');
    for (const password of [username, username.toUpperCase()]) {
      expect(await attempt({ username, password })).toBe(invalid('password'));
    }
  });

  it.each([
    ['8 characters', 'Xq7-zP1!'],
    ['8 characters of 4 bytes', '𠮷野𠮷家𠮷屋𠮷店'],
    ['128 characters', 'Xq7-zP1!'.repeat(16)],
  ])('takes a password of %s', async (_what, password) => {
    const person = await register(app, { password });
    const answer = await app.api.post<Reply>('/api/v1/auth/login', { username: person.username, password });
    expect(outcome(answer)).toBe('200');
  });

  it('never cuts a password', async () => {
    const start = 'Xq7-zP1!'.repeat(9);
    const person = await register(app, { password: `${start}one` });
    const attemptWith = async (password: string) =>
      outcome(await app.api.post<Reply>('/api/v1/auth/login', { username: person.username, password }));
    expect(await attemptWith(`${start}one`)).toBe('200');
    expect(await attemptWith(`${start}two`)).toBe('401 AUTHENTICATION_ERROR');
    expect(await attemptWith(start)).toBe('401 AUTHENTICATION_ERROR');
  });

  it('refuses a body over the limit before anything is hashed', async () => {
    const answer = await fetch(`${app.baseUrl}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(registration({ password: 'x'.repeat(2_000_000) })),
    });
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as Reply).error.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it.each([
    ['left out', undefined],
    ['null', null],
    ['a number', 12345678],
    ['true', true],
    ['a list', ['abcdefgh']],
    ['an object', { $ne: '' }],
  ])('refuses fields that are %s, and names all of them', async (_what, value) => {
    const answer = await post({ username: value, email: value, password: value });
    expect(outcome(answer)).toBe(invalid('username'));
    expect(answer.body.error.details?.errors?.map(({ field }) => field)).toEqual(['username', 'email', 'password']);
  });

  it('refuses a confirmation that differs', async () => {
    expect(await attempt({ confirm_password: `${PASSWORD}!` })).toBe(invalid('confirm_password'));
  });

  it.each([['role'], ['roles'], ['is_vip'], ['is_active'], ['id'], ['plan'], ['permissions'], ['password_hash']])(
    'refuses the field %s and makes nobody',
    async (field) => {
      const body = registration();
      expect(outcome(await post({ ...body, [field]: true }))).toBe(invalid(field));
      expect(outcome(await post(body))).toBe('201');
    },
  );

  it('refuses fields that reach for prototypes', async () => {
    const [start] = JSON.stringify(registration()).split(/}$/);
    for (const field of ['__proto__', 'constructor', 'prototype']) {
      expect(outcome(await post(`${start},"${field}":{"is_vip":true}}`))).toBe(invalid(field));
    }
  });

  it('lets one of 20 have a name that they ask for at once', async () => {
    const spellings = ['racer', 'Racer', 'RACER', 'ｒacer'];
    const bodies = Array.from({ length: 20 }, (_, n) => registration({ username: spellings[n % 4] }));
    const outcomes = await Promise.all(bodies.map(async (body) => outcome(await post(body))));
    expect(outcomes.filter((each) => each === '201')).toHaveLength(1);
    expect(outcomes.filter((each) => each === invalid('username'))).toHaveLength(19);
  });

  it('lets one of 20 have an address that they ask for at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => attempt({ email: 'race@example.org' })));
    expect(outcomes.filter((each) => each === '201')).toHaveLength(1);
    expect(outcomes.filter((each) => each === invalid('email'))).toHaveLength(19);
  });

  it('answers in the language that is asked for', async () => {
    const chinese = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' };
    expect((await post(registration(), chinese)).body.message).toBe('注册成功，欢迎使用');
    const refused = await post(registration({ username: 'ab' }), chinese);
    expect(refused.body.error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: '输入无效',
      details: { field: 'username', issue: '长度必须为 3 到 50 个字符' },
    });
    expect((await post(registration({ username: 'ab' }))).body.error.message).toBe('The input is not valid');
  });
});
