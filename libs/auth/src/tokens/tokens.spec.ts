import { createHmac } from 'node:crypto';
import { TestClock } from '../../../../test/harness/test-clock';
import { Tokens, type TokensConfig } from './tokens';

const KEY = 'a-signing-key-of-at-least-32-bytes!';
const OLD_KEY = 'an-older-key-of-at-least-32-bytes!!';
const config: TokensConfig = { tokenKeys: [KEY], accessTokenMs: 30 * 60_000, refreshTokenMs: 7 * 24 * 3_600_000 };

let clock: TestClock;

beforeEach(() => (clock = new TestClock()));

const tokensWith = (changes: Partial<TokensConfig> = {}) => new Tokens({ ...config, ...changes }, clock);

const ids = {
  id: '019b0000-0000-7000-8000-000000000001',
  userId: '019b0000-0000-7000-8000-000000000002',
  refreshId: '019b0000-0000-7000-8000-000000000003',
};

function pairFrom(tokens: Tokens) {
  return tokens.pairOf({ ...ids, rotatedAt: null, createdAt: clock.date(), expiresAt: tokens.refreshExpiry() });
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());

/** The same token with some of it changed, signed as a thief would who had `key`. */
function forged(token: string, claims: object, { header = {}, key = KEY, hash = 'sha256' } = {}): string {
  const text = `${encode({ ...part(token, 0), ...header })}.${encode({ ...part(token, 1), ...claims })}`;
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
}

const unauthenticated = expect.objectContaining({ kind: 'unauthenticated' });

describe('Tokens', () => {
  it('signs what it verifies', () => {
    const tokens = tokensWith();
    const { accessToken, refreshToken, expiresIn } = pairFrom(tokens);
    const now = clock.now() / 1000;
    expect(expiresIn).toBe(1800);
    expect(tokens.verify('access', accessToken)).toMatchObject({ sub: ids.userId, sid: ids.id, exp: now + 1800 });
    expect(tokens.verify('refresh', refreshToken)).toMatchObject({ jti: ids.refreshId, exp: now + 7 * 24 * 3600 });
    expect(part(accessToken, 1)).toMatchObject({ typ: 'access', iss: 'chatgpt-backend', aud: 'chatgpt-backend' });
  });

  it('signs one state of a session as one refresh token, whenever it does', () => {
    const tokens = tokensWith();
    const state = { ...ids, rotatedAt: clock.date(), createdAt: clock.date(), expiresAt: tokens.refreshExpiry() };
    const first = tokens.pairOf(state);
    clock.advance(9_000);
    const second = tokens.pairOf(state);
    expect(second.refreshToken).toBe(first.refreshToken);
    expect(second.accessToken).not.toBe(first.accessToken);
  });

  it('takes an access token until it expires, and for leaving after that', () => {
    const tokens = tokensWith();
    const { accessToken } = pairFrom(tokens);
    clock.advance(30 * 60_000 - 1);
    tokens.verify('access', accessToken);
    clock.advance(1);
    expect(() => tokens.verify('access', accessToken)).toThrow(unauthenticated);
    expect(tokens.verifyExpired('access', accessToken).sid).toBe(ids.id);
  });

  it('remembers which access tokens it has proved, and no others', () => {
    const tokens = tokensWith();
    const { accessToken, refreshToken } = pairFrom(tokens);
    const forgery = forged(accessToken, { sub: ids.id }, { key: 'secret' });
    expect(tokens.hasProved(accessToken)).toBe(false);
    tokens.verify('access', accessToken);
    tokens.verify('refresh', refreshToken);
    expect(() => tokens.verify('access', forgery)).toThrow(unauthenticated);
    expect([accessToken, refreshToken, forgery].map((token) => tokens.hasProved(token))).toEqual([true, false, false]);
    expect(() => tokens.verify('refresh', accessToken)).toThrow(unauthenticated);
    clock.advance(config.accessTokenMs);
    expect(() => tokens.verify('access', accessToken)).toThrow(unauthenticated);
  });

  it('tells the two types apart', () => {
    const tokens = tokensWith();
    const { accessToken, refreshToken } = pairFrom(tokens);
    expect(() => tokens.verify('refresh', accessToken)).toThrow(unauthenticated);
    expect(() => tokens.verify('access', refreshToken)).toThrow(unauthenticated);
    expect(() => tokens.verifyExpired('access', refreshToken)).toThrow(unauthenticated);
  });

  it('verifies by the keys that are listed, and signs by the first', () => {
    const { accessToken: old } = pairFrom(tokensWith({ tokenKeys: [OLD_KEY] }));
    const rotated = tokensWith({ tokenKeys: [KEY, OLD_KEY] });
    rotated.verify('access', old);
    const { accessToken: fresh } = pairFrom(rotated);
    tokensWith().verify('access', fresh);
    expect(() => tokensWith().verify('access', old)).toThrow(unauthenticated);
  });

  it('tells by which key a token was signed', () => {
    const rotated = tokensWith({ tokenKeys: [KEY, OLD_KEY] });
    const keyOf = (tokens: Tokens) => rotated.keyFor(pairFrom(tokens).accessToken)?.export().toString();
    expect(keyOf(rotated)).toBe(KEY);
    expect(keyOf(tokensWith({ tokenKeys: [OLD_KEY] }))).toBe(OLD_KEY);
    expect(keyOf(tokensWith({ tokenKeys: ['a-key-that-is-not-listed-anywhere!!'] }))).toBeUndefined();
    for (const token of ['', 'abc', `${encode(null)}..`, `${encode('kid')}..`]) {
      expect(rotated.keyFor(token)).toBeUndefined();
    }
  });

  it('knows that a forged token which is right passes, so that the following ones fail for their fault', () => {
    const tokens = tokensWith();
    tokens.verify('access', forged(pairFrom(tokens).accessToken, {}));
  });

  it.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['no token', () => 'undefined'],
    ['dots', () => '..'],
    ['a header that is no JSON', () => 'abc.def.ghi'],
    ['a header that is null', (token) => `${encode(null)}.${token.split('.')[1]}.`],
    ['no signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['two parts', (token) => token.split('.').slice(0, 2).join('.')],
    ['a changed signature', (token) => `${token.slice(0, -8)}AAAAAAAA`],
    ['a changed payload', (token) => token.replace(/\.(.+)\./, `.${encode({ ...part(token, 1), sub: ids.id })}.`)],
    ['alg none', (token) => `${encode({ ...part(token, 0), alg: 'none' })}.${token.split('.')[1]}.`],
    ['alg NoNe', (token) => `${encode({ ...part(token, 0), alg: 'NoNe' })}.${token.split('.')[1]}.`],
    ['alg none with a signature', (token) => forged(token, {}, { header: { alg: 'none' } })],
    ['another algorithm by the right key', (token) => forged(token, {}, { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['an asymmetric algorithm', (token) => forged(token, {}, { header: { alg: 'RS256' } })],
    ['the empty key', (token) => forged(token, {}, { key: '' })],
    ['the key "secret"', (token) => forged(token, {}, { key: 'secret' })],
    ['an unknown key id', (token) => forged(token, {}, { header: { kid: 'unknown' } })],
    ['a key id that is no text', (token) => forged(token, {}, { header: { kid: ['a'] } })],
    ['a key id of every object', (token) => forged(token, {}, { header: { kid: '__proto__' } })],
    ['what it says is to be understood', (token) => forged(token, {}, { header: { crit: ['exp'] } })],
    ['exp as text', (token) => forged(token, { exp: '9999999999' })],
    ['no exp', (token) => forged(token, { exp: undefined })],
    ['exp null', (token) => forged(token, { exp: null })],
    ['an exp gone by', (token) => forged(token, { exp: Math.floor(clock.now() / 1000) - 1 })],
    ['nbf ahead', (token) => forged(token, { nbf: clock.now() / 1000 + 60 })],
    ['nbf as text', (token) => forged(token, { nbf: '0' })],
    ['another issuer', (token) => forged(token, { iss: 'someone' })],
    ['no issuer', (token) => forged(token, { iss: undefined })],
    ['another audience', (token) => forged(token, { aud: 'someone' })],
    ['no audience', (token) => forged(token, { aud: undefined })],
    ['another type', (token) => forged(token, { typ: 'reset' })],
    ['no type', (token) => forged(token, { typ: undefined })],
    ['no user', (token) => forged(token, { sub: undefined })],
    ['a user that is no id', (token) => forged(token, { sub: "1' OR 1=1" })],
    ['no session', (token) => forged(token, { sid: undefined })],
    ['a session that is no id', (token) => forged(token, { sid: 'x' })],
  ])('refuses %s', (_, forge) => {
    const tokens = tokensWith();
    const { accessToken } = pairFrom(tokens);
    expect(() => tokens.verify('access', forge(accessToken))).toThrow(unauthenticated);
  });

  it('refuses a payload that is no object', () => {
    const text = `${pairFrom(tokensWith()).accessToken.split('.')[0]}.${encode('text')}`;
    const token = `${text}.${createHmac('sha256', KEY).update(text).digest('base64url')}`;
    expect(() => tokensWith().verify('access', token)).toThrow(unauthenticated);
  });
});
