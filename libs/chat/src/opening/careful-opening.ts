import { Injectable } from '@nestjs/common';
import type { Actor } from '#kernel';
import type { SentTurn } from '#messages';
import { together, Transaction } from '#platform';
import type { TurnCommand } from '../turn/turn-command';
import type { OpenedTurn } from './opened-turn';
import { PromptBuilder } from './prompt-builder';
import { TurnAdmission } from './turn-admission';
import { TurnPlacement } from './turn-placement';
import { TurnWishes } from './turn-wishes';

/** The long way to open any turn, on any database: it tells what stands in the way. */
@Injectable()
export class CarefulOpening {
  constructor(
    private readonly transaction: Transaction,
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
        this.placement.lock(tx, actor, conversationId),
        this.placement.earlier(tx, actor, command),
        this.prompts.newest(tx, conversationId),
      );
      if (earlier !== undefined) return earlier;
      const wishes = this.wishes.of(command, thread.model);
      const placed = await this.placement.place(tx, thread, command, wishes.model.id);
      const prompt = await this.prompts.build(thread, placed, newest, wishes, tx);
      const [, admitted] = await together(
        this.placement.append(tx, thread, command, placed),
        this.admission.admit(tx, thread, placed.answer.id, prompt),
      );
      const { messages, tokens: promptTokens } = prompt;
      const { userMessage, answer } = placed;
      const { hasOwnKey, title } = thread;
      const mayBeCached = command.kind === 'send' && command.mayBeCached;
      return {
        actor,
        conversationId,
        userMessage,
        answer,
        messages,
        promptTokens,
        hasOwnKey,
        mayBeCached,
        isUntitled: title === '',
        ...wishes,
        ...admitted,
      };
    });
  }
}
