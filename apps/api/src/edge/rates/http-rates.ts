import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import type { Rate, RatesConfig } from '#platform';
import { foldName } from '#users';
import { addressOf } from './address-of';
import type { RateGroup } from './rate-limit.decorator';

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
}

/** Which limits hold for a request; the last is the one that its headers tell of. */
@Injectable()
export class HttpRates {
  constructor(@Inject(RATES) private readonly rates: RatesConfig) {}

  limitsOf(group: RateGroup, request: RatedRequest): Limit[] {
    const address = addressOf(request);
    const who = request.user?.userId ?? address;
    switch (group) {
      case 'auth':
        return limits([`auth:${address}`, this.rates.auth]);
      case 'login':
        // By account as well as by address, so that nobody locks another out.
        return limits(
          [`login:${address}`, this.rates.loginAddress],
          [`login:${address}:${accountIn(request.body)}`, this.rates.auth],
        );
      case 'send':
        return limits([`send:${who}`, this.rates.send]);
      case 'edit':
        return this.limitsOf(asksForAnswer(request.body) ? 'send' : 'default', request);
      case 'default':
        return limits([`default:${who}`, this.rates.default]);
      case 'none':
        return [];
    }
  }
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
