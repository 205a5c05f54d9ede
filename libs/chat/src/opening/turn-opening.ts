import { Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import type { Message, SentTurn } from '#messages';
import { Transaction } from '#platform';
import type { NoteCommand, TurnCommand } from '../turn/turn-command';
import { CarefulOpening } from './careful-opening';
import type { OpenedTurn } from './opened-turn';
import { PlainOpening } from './plain-opening';
import { TurnPlacement } from './turn-placement';

/** The first of a turn's two transactions. What is refused is refused here, and leaves no trace. */
@Injectable()
export class TurnOpening {
  constructor(
    private readonly plain: PlainOpening,
    private readonly careful: CarefulOpening,
    private readonly transaction: Transaction,
    private readonly placement: TurnPlacement,
  ) {}

  /** Or what came of the same send before. */
  async open(actor: Actor, command: TurnCommand): Promise<OpenedTurn | SentTurn> {
    return (await this.plain.open(actor, command)) ?? this.careful.open(actor, command);
  }

  /** What the model is told from now on, unless it was told so before. */
  async note(actor: Actor, command: NoteCommand): Promise<Message | SentTurn> {
    return this.transaction.run(async (tx) => {
      const thread = await this.placement.lock(tx, actor, command.conversationId);
      const earlier = await this.placement.earlier(tx, actor, command);
      return earlier ?? this.placement.appendNote(tx, thread, command);
    });
  }
}
