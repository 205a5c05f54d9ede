import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { AppError, type Clock, isId, newId } from '#kernel';
import type { AuthConfig } from '#platform';

export type TokensConfig = Pick<AuthConfig, 'tokenKeys' | 'accessTokenMs' | 'refreshTokenMs'>;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
}

export interface TokenClaims {
  readonly jti: string;
  /** The user. */
  readonly sub: string;
  /** The session. */
  readonly sid: string;
  /** Seconds since 1970, as `iat`. */
  readonly exp: number;
  readonly iat: number;
}

export interface RefreshState {
  readonly id: string;
  readonly userId: string;
  readonly refreshId: string;
  readonly rotatedAt: Date | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

type TokenType = 'access' | 'refresh';

const PARTY = 'chatgpt-backend';
const PROVED_KEPT = 5_000;

interface SigningKey {
  readonly key: KeyObject;
  readonly jwt: JwtService;
}

/** Signs and verifies. A key becomes a KeyObject once: a string would be parsed for every token, at 50 times the cost. */
export class Tokens {
  private readonly signer: JwtService;
  private readonly byKeyId: ReadonlyMap<string, SigningKey>;
  /** Access tokens, the oldest first. */
  private readonly proved = new Map<string, TokenClaims>();

  constructor(
    private readonly config: TokensConfig,
    private readonly clock: Clock,
  ) {
    const [first, ...others] = config.tokenKeys;
    const signingKey = signingKeyOf(first);
    this.signer = signingKey.jwt;
    this.byKeyId = new Map(others.map((key) => [keyIdOf(key), signingKeyOf(key)])).set(keyIdOf(first), signingKey);
  }

  /** Which of our keys the token says it was signed by; that is still to be proved. */
  keyFor(token: string): KeyObject | undefined {
    return this.byKeyId.get(keyIdIn(token))?.key;
  }

  /** The access token is a new one; the refresh token is the same, byte for byte, for as long as the state is. */
  pairOf(state: RefreshState): TokenPair {
    const iat = toSeconds(this.clock.now());
    const expiresIn = lifetime(this.config.accessTokenMs);
    const { refreshId, rotatedAt, createdAt, expiresAt } = state;
    return {
      accessToken: this.sign('access', state, { jti: newId(), iat, exp: iat + expiresIn }),
      refreshToken: this.sign('refresh', state, {
        jti: refreshId,
        iat: toSeconds((rotatedAt ?? createdAt).getTime()),
        exp: toSeconds(expiresAt.getTime()),
      }),
      expiresIn,
    };
  }

  /** When a refresh token that is made now expires, and its session with it. */
  refreshExpiry(): Date {
    return new Date((toSeconds(this.clock.now()) + lifetime(this.config.refreshTokenMs)) * 1000);
  }

  verify(type: TokenType, token: string): TokenClaims {
    const proved = type === 'access' ? this.proved.get(token) : undefined;
    if (proved !== undefined && this.clock.now() / 1000 < proved.exp) return proved;
    const claims = this.read(type, token, false);
    if (type === 'access') this.keep(token, claims);
    return claims;
  }

  /** Access tokens come again and again: what the signature was proved of needs no second proof. */
  hasProved(accessToken: string): boolean {
    return this.proved.has(accessToken);
  }

  /** For who only wants to leave. */
  verifyExpired(type: TokenType, token: string): TokenClaims {
    return this.read(type, token, true);
  }

  private sign(
    typ: TokenType,
    { id: sid, userId: sub }: RefreshState,
    times: Pick<TokenClaims, 'jti' | 'iat' | 'exp'>,
  ) {
    return this.signer.sign({ typ, sub, sid, ...times });
  }

  private keep(token: string, claims: TokenClaims): void {
    this.proved.set(token, claims);
    if (this.proved.size > PROVED_KEPT) this.proved.delete(this.proved.keys().next().value as string);
  }

  private read(type: TokenType, token: string, ignoreExpiration: boolean): TokenClaims {
    let claims: unknown;
    try {
      claims = this.byKeyId.get(keyIdIn(token))?.jwt.verify<object>(token, {
        clockTimestamp: this.clock.now() / 1000,
        ignoreExpiration,
      });
    } catch (cause) {
      throw new AppError('unauthenticated', { cause });
    }
    if (!isTokenClaims(claims) || claims.typ !== type) throw new AppError('unauthenticated');
    return claims;
  }
}

function signingKeyOf(secret: string): SigningKey {
  const key = createSecretKey(secret, 'utf8');
  const jwt = new JwtService({
    secret: key,
    signOptions: { algorithm: 'HS256', keyid: keyIdOf(secret), issuer: PARTY, audience: PARTY },
    verifyOptions: { algorithms: ['HS256'], issuer: PARTY, audience: PARTY },
  });
  return { key, jwt };
}

/** Tells keys apart and nothing about them. */
function keyIdOf(key: string): string {
  return createHmac('sha256', key).update('key id').digest('base64url').slice(0, 8);
}

/** Of what a header may demand to be understood (`crit`, RFC 7515), nothing is. */
function keyIdIn(token: string): string {
  const { kid, crit } = headerOf(token) ?? {};
  return typeof kid === 'string' && crit === undefined ? kid : '';
}

function headerOf(token: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()) as Record<
      string,
      unknown
    > | null;
  } catch {
    return null;
  }
}

function isTokenClaims(claims: unknown): claims is TokenClaims & { readonly typ: unknown } {
  if (typeof claims !== 'object' || claims === null) return false;
  const { jti, sub, sid, exp, iat } = claims as Record<string, unknown>;
  const ids = [jti, sub, sid];
  return ids.every((id) => typeof id === 'string' && isId(id)) && [exp, iat].every(Number.isFinite);
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function lifetime(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds / 1000));
}
