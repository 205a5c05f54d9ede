import { Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import type { ModelMessage } from '#llm';
import type { Message, PlacedTurn, SentTurn } from '#messages';
import { together, Transaction } from '#platform';
import { TurnLeases } from '../lease/turn-leases';
import type { NoteCommand, TurnCommand } from '../turn/turn-command';
import { PromptBuilder } from './prompt-builder';
import { type Admitted, TurnAdmission } from './turn-admission';
import { TurnPlacement } from './turn-placement';
import { TurnWishes, type Wishes } from './turn-wishes';

/** A turn that is stored and paid for in advance: all that is needed to have its answer written. */
export interface OpenedTurn extends Wishes, Admitted, Pick<PlacedTurn, 'userMessage' | 'answer'> {
  readonly actor: Actor;
  readonly conversationId: string;
  readonly messages: readonly ModelMessage[];
  readonly promptTokens: number;
  readonly hasOwnKey: boolean;
  readonly isUntitled: boolean;
  readonly mayBeCached: boolean;
}

/** The first of a turn's two transactions. What is refused is refused here, and leaves no trace. */
@Injectable()
export class TurnOpening {
  constructor(
    private readonly transaction: Transaction,
    private readonly leases: TurnLeases,
    private readonly placement: TurnPlacement,
    private readonly wishes: TurnWishes,
    private readonly prompts: PromptBuilder,
    private readonly admission: TurnAdmission,
  ) {}

  /** Or what came of the same send before. */
  async open(actor: Actor, command: TurnCommand): Promise<OpenedTurn | SentTurn> {
    const conversationId = await this.placement.conversationOf(actor, command);
    return this.transaction.run(async (tx) => {
      const [thread, earlier, newest] = await together(
        this.leases.lock(tx, actor.userId, conversationId),
        this.placement.earlier(tx, actor, command),
        this.prompts.newest(tx, conversationId),
      );
      if (earlier !== undefined) return earlier;
      const wishes = this.wishes.of(command, thread.model);
      const placed = await this.placement.place(tx, thread, command, wishes.model.id);
      const prompt = await this.prompts.build(tx, thread, placed, newest, wishes);
      const [, admitted] = await together(
        this.placement.append(tx, thread, command, placed),
        this.admission.admit(tx, thread, placed.answer.id, prompt),
      );
      const { messages, tokens: promptTokens } = prompt;
      const { userMessage, answer } = placed;
      const { hasOwnKey, title } = thread;
      const mayBeCached = command.kind === 'send' && command.mayBeCached;
      return {
        ...{ ...wishes, ...admitted, actor, conversationId, userMessage, answer, messages, promptTokens },
        ...{ hasOwnKey, mayBeCached, isUntitled: title === '' },
      };
    });
  }

  /** What the model is told from now on, unless it was told so before. */
  async note(actor: Actor, command: NoteCommand): Promise<Message | SentTurn> {
    return this.transaction.run(async (tx) => {
      const thread = await this.leases.lock(tx, actor.userId, command.conversationId);
      const earlier = await this.placement.earlier(tx, actor, command);
      return earlier ?? this.placement.appendNote(tx, thread, command);
    });
  }
}
