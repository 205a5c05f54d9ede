import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import type { Rate, RatesConfig } from '#platform';
import { foldName } from '#users';
import { addressOf } from './address-of';
import type { RateGroup } from './rate-limit.decorator';

/** In which whoever follows a link gives its password. */
export const SHARE_PASSWORD = 'x-share-password';

export const RATES = Symbol('rates');

/** A limit, and what it counts. */
export interface Limit {
  readonly key: string;
  readonly rate: Rate;
}

/** What limits look at, on any transport. */
export interface RatedRequest {
  readonly user?: Actor | undefined;
  readonly ip?: string | undefined;
  readonly body?: unknown;
  readonly headers?: object | undefined;
}

/** Which limits hold for a request; the last is the one that its headers tell of. */
@Injectable()
export class HttpRates {
  constructor(@Inject(RATES) private readonly rates: RatesConfig) {}

  limitsOf(group: RateGroup, request: RatedRequest): Limit[] {
    switch (group) {
      case 'auth':
        return limits([`auth:${addressOf(request)}`, this.rates.auth]);
      case 'login': {
        const address = addressOf(request);
        // By account as well as by address, so that nobody locks another out.
        return limits(
          [`login:${address}`, this.rates.loginAddress],
          [`login:${address}:${accountIn(request.body)}`, this.rates.auth],
        );
      }
      case 'send':
        return limits([`send:${whoIn(request)}`, this.rates.send]);
      case 'shared':
        return [
          ...(SHARE_PASSWORD in (request.headers ?? {})
            ? limits([`share-password:${addressOf(request)}`, this.rates.loginAddress])
            : []),
          ...this.limitsOf('default', request),
        ];
      case 'edit':
        return this.limitsOf(asksForAnswer(request.body) ? 'send' : 'default', request);
      case 'default':
        return limits([`default:${whoIn(request)}`, this.rates.default]);
      case 'none':
        return [];
    }
  }
}

function whoIn(request: RatedRequest): string {
  return request.user?.userId ?? addressOf(request);
}

/** Without those that are switched off. */
function limits(...wanted: readonly (readonly [string, Rate | undefined])[]): Limit[] {
  return wanted.flatMap(([key, rate]) => (rate === undefined ? [] : [{ key, rate }]));
}

function accountIn(body: unknown): string {
  const { username } = (body ?? {}) as { username?: unknown };
  return typeof username === 'string' ? foldName(username.slice(0, 320)) : '';
}

function asksForAnswer(body: unknown): boolean {
  return ((body ?? {}) as { regenerate?: unknown }).regenerate === true;
}
