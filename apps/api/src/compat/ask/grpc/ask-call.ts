import type { ServerWritableStream } from '@grpc/grpc-js';
import { bearerOf } from '../../../edge/auth/bearer.strategy';
import type { AskRequest, MALFORMED } from './ask-request';

export interface AskResponse {
  readonly response: string;
}

export type AskCall = ServerWritableStream<AskRequest | typeof MALFORMED, AskResponse>;

/** The first value of a key, where it is text. */
export function textIn({ metadata }: AskCall, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** Such as `203.0.113.7` of `203.0.113.7:5123`, and `::1` of `[::1]:5123` or `::1:5123`. */
export function addressIn(call: AskCall): string {
  return call
    .getPeer()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

export function bearerIn(call: AskCall): string {
  return bearerOf(textIn(call, 'authorization')) ?? '';
}
