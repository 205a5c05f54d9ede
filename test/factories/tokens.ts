import { createHmac } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

export interface TokenParts {
  readonly header: Json;
  readonly claims: Json;
  readonly signature: string;
}

export function partsOf(token: string): TokenParts {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header: decode(header), claims: decode(claims), signature };
}

/** Anything at all as a token with this signature. */
export function assemble(header: unknown, claims: unknown, signature = ''): string {
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

/** Signed by who has the key. */
export function sign(header: unknown, claims: unknown, key: string, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

function encode(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

function decode(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
}
