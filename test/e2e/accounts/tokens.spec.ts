import { newId } from '#kernel';
import { type Person, register, signIn, type TokensView } from '../../factories/people';
import { assemble, partsOf, sign } from '../../factories/tokens';
import type { ApiAnswer } from '../../harness/api-client';
import { createTestDatabase } from '../../harness/database';
import { outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';
import { TestClock } from '../../harness/test-clock';

const SECRET_KEY = 'the key with which this suite signs its tokens';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let app: TestApp;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  app = await startApp({ environment: { SECRET_KEY } });
  [alice, bob] = await Promise.all([register(app), register(app)]);
});
afterAll(() => app.stop());

const me = (token: string, on = app): Promise<ApiAnswer<Reply>> => on.api.get('/api/v1/users/me', { token });
const refresh = (refresh_token: string, on = app): Promise<ApiAnswer<Reply<TokensView>>> =>
  on.api.post('/api/v1/auth/refresh', { refresh_token });
const outcomeWith = async (token: string): Promise<string> => outcome(await me(token));

describe('an access token', () => {
  it('says what the contract says', () => {
    const { header, claims } = partsOf(alice.token);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) as string });
    expect(claims).toMatchObject({ typ: 'access', sub: alice.id, iss: 'chatgpt-backend', aud: 'chatgpt-backend' });
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'typ']);
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(1800);
    expect(partsOf(alice.refreshToken).claims).toMatchObject({ typ: 'refresh', sid: claims['sid'] });
  });

  it('is good where it was taken apart and put together again', async () => {
    const { header, claims } = partsOf(alice.token);
    expect(await outcomeWith(sign(header, claims, SECRET_KEY))).toBe('200');
  });

  describe('of who has no key', () => {
    type Forgery = (real: ReturnType<typeof partsOf>) => string;
    const forgeries: Record<string, Forgery> = {
      ...Object.fromEntries(
        ['none', 'None', 'NONE', 'nOnE', 'none ', '', 'HS1', 'hs256'].flatMap((alg): [string, Forgery][] => [
          [`alg '${alg}' without a signature`, ({ header, claims }) => assemble({ ...header, alg }, claims)],
          [`alg '${alg}' and the signature`, (real) => assemble({ ...real.header, alg }, real.claims, real.signature)],
        ]),
      ),
      'no alg': ({ claims, signature }) => assemble({ typ: 'JWT' }, claims, signature),
      'alg null': ({ header, claims }) => assemble({ ...header, alg: null }, claims),
      'no signature': ({ header, claims }) => assemble(header, claims),
      'a signature cut short': ({ header, claims, signature }) => assemble(header, claims, signature.slice(0, -1)),
      'a signature too long': ({ header, claims, signature }) => assemble(header, claims, `${signature}A`),
      'an empty key': ({ header, claims }) => sign(header, claims, ''),
      'the key "secret"': ({ header, claims }) => sign(header, claims, 'secret'),
      'its key id as the key': ({ header, claims }) => sign(header, claims, String(header['kid'])),
      'no key id': ({ claims }) => sign({ alg: 'HS256', typ: 'JWT' }, claims, 'secret'),
      'a key id that is a file': ({ header, claims }) => sign({ ...header, kid: '../../../dev/null' }, claims, ''),
      'a key id that is a list': ({ header, claims }) => sign({ ...header, kid: [header['kid']] }, claims, 'secret'),
      'a key id that reaches prototypes': ({ header, claims }) => sign({ ...header, kid: '__proto__' }, claims, ''),
      'a key of its own in the header': ({ header, claims }) =>
        sign({ ...header, jwk: { kty: 'oct', k: 'c2VjcmV0' } }, claims, 'secret'),
      'the claims of another': ({ header, claims, signature }) =>
        assemble(header, { ...claims, sub: bob.id }, signature),
      'a later expiry': ({ header, claims, signature }) =>
        assemble(header, { ...claims, exp: Number(claims['exp']) + 1 }, signature),
      'a header that is no JSON': ({ claims, signature }) => assemble('header', claims, signature),
      'a header that is null': ({ claims, signature }) => assemble('null', claims, signature),
      'claims that are no JSON': ({ header }) => sign(header, 'claims', 'secret'),
      'two parts': ({ header, claims }) => assemble(header, claims).slice(0, -1),
      'four parts': (real) => `${assemble(real.header, real.claims, real.signature)}.x`,
      'three dots': () => '...',
      'a word': () => 'null',
      '8,000 characters': () => 'a'.repeat(8_000),
    };

    it.each(Object.entries(forgeries))('is refused with %s', async (_what, forge) => {
      const forged = forge(partsOf(alice.token));
      expect(await outcomeWith(forged)).toBe(UNAUTHENTICATED);
      expect(outcome(await app.api.post<Reply>('/api/v1/auth/logout', undefined, { token: forged }))).toBe(
        UNAUTHENTICATED,
      );
    });
  });

  describe('of who has the key', () => {
    const now = (): number => app.clock.now() / 1000;
    const claims: Record<string, () => object> = {
      'of another issuer': () => ({ iss: 'somebody' }),
      'of no issuer': () => ({ iss: undefined }),
      'for another audience': () => ({ aud: 'somebody' }),
      'for no audience': () => ({ aud: undefined }),
      'of no type': () => ({ typ: undefined }),
      'of the type refresh': () => ({ typ: 'refresh' }),
      'of the type reset': () => ({ typ: 'reset' }),
      'of several types': () => ({ typ: ['access'] }),
      'that has expired': () => ({ exp: now() - 1 }),
      'that expires now': () => ({ exp: now() }),
      'whose expiry is a text': () => ({ exp: String(now() + 60) }),
      'whose expiry is null': () => ({ exp: null }),
      'without an expiry': () => ({ exp: undefined }),
      'not good yet': () => ({ nbf: now() + 60 }),
      'whose beginning is a text': () => ({ nbf: 'now' }),
      'without an id': () => ({ jti: undefined }),
      'of another user': () => ({ sub: bob.id }),
      'of nobody': () => ({ sub: undefined }),
      'of a user who never was': () => ({ sub: newId() }),
      'of a session that never was': () => ({ sid: newId() }),
      'of no session': () => ({ sid: undefined }),
      'of a session by another word': () => ({ sid: `${String(partsOf(alice.token).claims['sid'])}' OR '1'='1` }),
      "of another user's session": () => ({ sid: partsOf(bob.token).claims['sid'] }),
    };

    it.each(Object.entries(claims))('is refused %s', async (_what, changed) => {
      const real = partsOf(alice.token);
      expect(await outcomeWith(sign(real.header, { ...real.claims, ...changed() }, SECRET_KEY))).toBe(UNAUTHENTICATED);
    });

    it.each([
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
    ])('is refused when signed by %s', async (alg, hash) => {
      const { header, claims: real } = partsOf(alice.token);
      expect(await outcomeWith(sign({ ...header, alg }, real, SECRET_KEY, hash))).toBe(UNAUTHENTICATED);
    });

    it('is refused with an expiry that no number holds', async () => {
      const { header, claims: real } = partsOf(alice.token);
      const text = JSON.stringify(real).replace(/"exp":\d+/, '"exp":1e400');
      expect(await outcomeWith(sign(header, text, SECRET_KEY))).toBe(UNAUTHENTICATED);
    });

    it.each([['[]'], ['"claims"'], ['1'], ['null']])('is refused with the claims %s', async (text) => {
      expect(await outcomeWith(sign(partsOf(alice.token).header, text, SECRET_KEY))).toBe(UNAUTHENTICATED);
    });
  });

  it('is no refresh token, nor the other way round', async () => {
    expect(outcome(await refresh(alice.token))).toBe(UNAUTHENTICATED);
    expect(await outcomeWith(alice.refreshToken)).toBe(UNAUTHENTICATED);
    const body = { token: alice.refreshToken, new_password: 'another password', confirm_password: 'another password' };
    const reset = await app.api.post<Reply>('/api/v1/auth/reset-password', body);
    expect(outcome(reset)).toBe('422 VALIDATION_ERROR token');
  });

  it('counts in the Authorization header alone, as a bearer', async () => {
    const { token } = alice;
    const elsewhere: Record<string, string>[] = [
      { authorization: token },
      { authorization: `Basic ${token}` },
      { authorization: `Token ${token}` },
      { authorization: `Bearer${token}` },
      { authorization: 'Bearer' },
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${token} ${bob.token}` },
      { authorization: `Bearer\u00a0${token}` },
      { cookie: `access_token=${token}; token=${token}` },
      { 'x-access-token': token },
    ];
    for (const headers of elsewhere) {
      expect(outcome(await app.api.get<Reply>('/api/v1/users/me', { headers }))).toBe(UNAUTHENTICATED);
    }
    for (const name of ['token', 'access_token', 'auth_token']) {
      expect(outcome(await app.api.get<Reply>(`/api/v1/users/me?${name}=${token}`))).toBe(UNAUTHENTICATED);
    }
    const headers = { authorization: `bearer ${token}` };
    expect(outcome(await app.api.get<Reply>('/api/v1/users/me', { headers }))).toBe('200');
  });

  it('expires to the second', async () => {
    const person = await register(app);
    app.clock.advance(30 * MINUTE - 1000);
    expect(await outcomeWith(person.token)).toBe('200');
    app.clock.advance(1000);
    expect(await outcomeWith(person.token)).toBe(UNAUTHENTICATED);
    expect(outcome(await refresh(person.refreshToken))).toBe('200');
  });

  it('does not outlive its session, nor does a refresh token', async () => {
    const person = await register(app);
    app.clock.advance(7 * DAY);
    expect(outcome(await refresh(person.refreshToken))).toBe(UNAUTHENTICATED);
    const { header, claims } = partsOf(person.token);
    const longer = sign(header, { ...claims, exp: app.clock.now() / 1000 + 60 }, SECRET_KEY);
    expect(await outcomeWith(longer)).toBe(UNAUTHENTICATED);
  });
});

describe('a change of keys', () => {
  it('logs nobody out while the old key is listed', async () => {
    const database = await createTestDatabase();
    const clock = new TestClock();
    const [old, young] = ['the first key that there was of all', 'the second key that there was of all'];
    const startWith = (environment: Record<string, string>) => startApp({ database, clock, environment });

    const before = await startWith({ SECRET_KEY: old });
    const person = await register(before);
    await before.stop();

    const between = await startWith({ SECRET_KEY: young, SECRET_KEYS_OLD: `some other key of long ago,${old}` });
    expect(outcome(await me(person.token, between))).toBe('200');
    const refreshed = await refresh(person.refreshToken, between);
    expect(outcome(refreshed)).toBe('200');
    const newer = await signIn(between, person);
    await between.stop();

    const after = await startWith({ SECRET_KEY: young });
    expect(outcome(await me(person.token, after))).toBe(UNAUTHENTICATED);
    expect(outcome(await refresh(person.refreshToken, after))).toBe(UNAUTHENTICATED);
    expect(outcome(await me(refreshed.body.data.access_token, after))).toBe('200');
    expect(outcome(await me(newer.token, after))).toBe('200');
    await after.stop();
    await database.drop();
  });
});
