import { Injectable, Logger } from '@nestjs/common';
import { ChatService, type Turn } from '#chat';
import { type Actor, AppError } from '#kernel';

/** A turn that somebody waits for. */
export interface WantedTurn {
  readonly actor: Actor;
  readonly turn: Turn;
  /** Aborts when he has left, or with an `AppError` when he is shut out. */
  readonly wanted: AbortSignal;
}

/** What becomes of turns whose callers leave or are shut out, whichever way they came. */
@Injectable()
export class WantedTurns {
  private readonly logger = new Logger(WantedTurns.name);

  constructor(private readonly chat: ChatService) {}

  /** Throws, and leaves the turn to what becomes of those that nobody reads, where nobody waits for it any more. */
  async open(actor: Actor, wanted: AbortSignal, open: (wanted: AbortSignal) => Promise<Turn>): Promise<WantedTurn> {
    const turn = await open(wanted);
    if (!wanted.aborted) return { actor, turn, wanted };
    if (turn.isNew) turn.read(0).close();
    await this.stopOfShutOut({ actor, turn, wanted });
    throw wanted.reason;
  }

  /** False: he is not shut out, or the turn is another's too, cannot be stopped, or went with its account. */
  async stopOfShutOut({ actor, turn, wanted }: WantedTurn): Promise<boolean> {
    if (!isShutOut(wanted) || !turn.isNew) return false;
    try {
      await this.chat.stopTurn(actor, turn.messageId);
      return true;
    } catch (err) {
      this.logger.warn({ msg: 'a turn whose session has ended was not stopped', message_id: turn.messageId, err });
      return false;
    }
  }

  /** Of one who reads the answer as it is written: a turn that is stopped tells its end itself, any other is ended by `fail`. */
  endWhenShutOut(held: WantedTurn, fail: (error: AppError) => void): void {
    const { wanted } = held;
    wanted.addEventListener('abort', () => {
      const { reason } = wanted as { reason: unknown };
      if (!(reason instanceof AppError)) return;
      void this.stopOfShutOut(held).then((isStopped) => isStopped || fail(reason));
    });
  }
}

function isShutOut({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError;
}
