import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Identity } from '#auth';
import { AppError } from '#kernel';
import { type HttpConfig, Shutdown } from '#platform';
import { refuseWithoutScope } from '../auth/access.decorators';
import { Seat, Seats } from './seats';
import type { Caller } from './caller';
import type { Guest } from './guest';
import { SocketRates } from './socket-rates';

export const SOCKET_SETTINGS = Symbol('socket settings');
export type SocketSettings = Pick<HttpConfig, 'corsOrigins' | 'publicUrl' | 'sockets'>;

/** Seconds. */
const RETRY_AFTER = 60;

/** Decides who may open a socket, whichever protocol it speaks. */
@Injectable()
export class Door {
  constructor(
    @Inject(SOCKET_SETTINGS) private readonly settings: SocketSettings,
    private readonly identity: Identity,
    private readonly rates: SocketRates,
    private readonly seats: Seats,
    private readonly shutdown: Shutdown,
  ) {}

  /** Before it is known who asks. */
  refuseStranger(request: IncomingMessage, { address }: Caller): void {
    this.refuseAtTheEnd();
    if (!this.isOurPage(request)) throw new AppError('forbidden');
    if (this.seats.at(address) >= this.settings.sockets.perAddress) throw tooMany();
  }

  /** From when a connection comes until it has closed; also of one who has not said yet who he is. */
  seat({ address }: Caller): Seat {
    return new Seat(this.seats, address);
  }

  /** As any request would be judged that this token comes with. */
  async admit(token: string, { ip }: Caller, seat: Seat): Promise<Guest> {
    const guest = await this.identify(token).catch(async (refusal: unknown) => {
      await this.rates.count('default', { ip });
      throw refusal;
    });
    await this.rates.count('default', { user: guest.actor, ip });
    this.refuseAtTheEnd();
    // Nothing comes between, so that of many who come at once no more are let in.
    if (!seat.takeFor(guest.actor.userId, this.settings.sockets.perUser)) throw tooMany();
    return guest;
  }

  async identify(bearer: string): Promise<Guest> {
    const grant = await this.identity.grantOf(bearer);
    refuseWithoutScope(grant.actor, 'chat');
    return { ...grant, bearer };
  }

  private refuseAtTheEnd(): void {
    if (this.shutdown.begun) throw new AppError('unavailable', { reason: 'shutting_down', retryAfter: 1 });
  }

  /** Browsers say which page asks; programs do not. */
  private isOurPage({ headers }: IncomingMessage): boolean {
    const { corsOrigins, publicUrl } = this.settings;
    const { origin, host } = headers;
    if (origin === undefined || corsOrigins === 'any') return true;
    const own = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
    return [...corsOrigins, ...own].includes(origin) || originHost(origin) === host;
  }
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function tooMany(): AppError {
  return new AppError('rate_limited', { retryAfter: RETRY_AFTER });
}
