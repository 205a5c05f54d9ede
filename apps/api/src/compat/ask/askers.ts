import { Injectable } from '@nestjs/common';
import type { Grant } from '#auth';
import type { AppError } from '#kernel';
import { SessionWatch, type SessionWatching } from '../../edge/auth/session-watch';
import { Door } from '../../edge/sockets/door';
import { SocketRates } from '../../edge/sockets/socket-rates';
import { type WantedTurn, WantedTurns } from '../../edge/turns/wanted-turns';
import { Asking, type Question } from './asking';

/** Who asks, where no guard of HTTP has looked at him. */
export interface Asker extends Grant {
  readonly bearer: string;
  readonly ip: string;
}

@Injectable()
export class Askers {
  constructor(
    private readonly door: Door,
    private readonly rates: SocketRates,
    private readonly sessions: SessionWatch,
    private readonly turns: WantedTurns,
    private readonly asking: Asking,
  ) {}

  /** Whoever is refused is counted by address. */
  async identify(bearer: string, ip: string): Promise<Asker> {
    try {
      return { ...(await this.door.identify(bearer)), ip };
    } catch (refusal) {
      await this.rates.count('default', { ip });
      throw refusal;
    }
  }

  watch({ actor, bearer }: Asker): SessionWatching {
    return this.sessions.watch(actor, bearer);
  }

  async open({ actor, ip }: Asker, question: Question, wanted: AbortSignal): Promise<WantedTurn> {
    await this.rates.count('send', { user: actor, ip });
    return this.turns.open(actor, wanted, () => this.asking.open(actor, question, wanted));
  }

  endWhenShutOut(held: WantedTurn, fail: (error: AppError) => void): void {
    this.turns.endWhenShutOut(held, fail);
  }
}
