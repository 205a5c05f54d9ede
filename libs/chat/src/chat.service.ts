import { Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import { type Message, Messages } from '#messages';
import { TurnFollowing } from './following/turn-following';
import { TurnStopping } from './following/turn-stopping';
import { TurnOpening } from './opening/turn-opening';
import { TurnAnnouncements } from './telling/turn-announcements';
import type { Turn } from './turn/turn';
import type { NoteCommand, TurnCommand } from './turn/turn-command';
import { TurnEngine } from './writing/turn-engine';

/** How long a caller waits to hear that the model answers, or that it will not. */
const PATIENCE_MS = 5_000;

/**
 * The use case that all transports share. What a turn is refused for is thrown before there is a turn; what goes wrong
 * later is its last event.
 */
@Injectable()
export class ChatService {
  constructor(
    private readonly opening: TurnOpening,
    private readonly engine: TurnEngine,
    private readonly following: TurnFollowing,
    private readonly stopping: TurnStopping,
    private readonly messages: Messages,
    private readonly announcements: TurnAnnouncements,
  ) {}

  /**
   * Stores what is said, and has it answered. The same again under the same idempotency key is the same turn. Resolves
   * when the model begins to answer, or after a while all the same; at once where the caller waits no longer.
   */
  async openTurn(actor: Actor, command: TurnCommand, wanted?: AbortSignal): Promise<Turn> {
    this.engine.refuseAtTheEnd();
    const opened = await this.opening.open(actor, command);
    // A key that was used for a note has another body's hash, so what it answers is a turn.
    if (!('answer' in opened)) return this.followTurn(actor, opened.messageId ?? '');
    this.announcements.opened(opened);
    const running = this.engine.start(opened);
    await within(PATIENCE_MS, running.begun, wanted);
    if (running.refusal !== undefined) throw running.refusal;
    return running.turn;
  }

  /** Tells the model something that it does not answer. */
  async note(actor: Actor, command: NoteCommand): Promise<Message> {
    const noted = await this.opening.note(actor, command);
    if (!('content' in noted)) return this.messages.find(actor, noted.userMessageId);
    this.announcements.noted(actor.userId, noted);
    return noted;
  }

  /** An answer from any device, at any time. */
  followTurn(actor: Actor, messageId: string): Promise<Turn> {
    return this.following.follow(actor, messageId);
  }

  /** Ends an answer that is being written, wherever that is; what came is kept. What is over stays as it is. */
  stopTurn(actor: Actor, messageId: string): Promise<Message> {
    return this.stopping.stop(actor, messageId);
  }
}

function within(milliseconds: number, event: Promise<void>, wanted: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(limit);
      wanted?.removeEventListener('abort', end);
      resolve();
    };
    const limit = setTimeout(end, milliseconds);
    wanted?.addEventListener('abort', end);
    if (wanted?.aborted) end();
    void event.then(end);
  });
}
