import { Injectable } from '@nestjs/common';
import type { Glance, PlacedTurn } from '#messages';
import type { Part } from '#platform';
import type { SendCommand } from '../turn/turn-command';
import { type Prompt, PromptBuilder } from './prompt-builder';
import { type PlainAdmission, TurnAdmission } from './turn-admission';
import { TurnPlacement } from './turn-placement';
import { type Wishes, TurnWishes } from './turn-wishes';

/** A turn that wants nothing but to be put to the database: parts of the statement that opens it. */
export interface ReadyTurn {
  readonly wishes: Wishes;
  readonly placed: PlacedTurn;
  readonly prompt: Prompt;
  /** Locks the `thread`. */
  readonly unchanged: Part;
  readonly admission: PlainAdmission;
  /** For who is `allowed`. */
  readonly appended: readonly Part[];
  /** A question: how the conversation is where there is no `thread`. */
  readonly changed: Part;
}

/** Plain turns as they would be in a conversation that is believed to be so. */
@Injectable()
export class PlainTurns {
  constructor(
    private readonly placement: TurnPlacement,
    private readonly wishes: TurnWishes,
    private readonly prompts: PromptBuilder,
    private readonly admission: TurnAdmission,
  ) {}

  /** Of a conversation that nobody knows anything of. */
  usualModel(): string {
    return this.wishes.usual();
  }

  async ready({ thread, newest }: Glance, command: SendCommand): Promise<ReadyTurn> {
    const wishes = this.wishes.of(command, thread.model);
    const placed = await this.placement.placeAtEnd(thread, command, wishes.model.id);
    const prompt = await this.prompts.build(thread, placed, newest, wishes);
    const admission = this.admission.plain(thread, placed.answer.id, prompt);
    return { wishes, placed, prompt, admission, ...this.placement.appendParts(thread, placed) };
  }
}
