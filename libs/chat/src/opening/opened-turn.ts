import type { Actor } from '#kernel';
import type { Glance, PlacedTurn } from '#messages';
import type { PromptPart } from './prompt-files';
import type { Admitted } from './turn-admission';
import type { Wishes } from './turn-wishes';

/** A turn that is stored and paid for in advance: all that is needed to have its answer written. */
export interface OpenedTurn extends Wishes, Admitted, Pick<PlacedTurn, 'userMessage' | 'answer'> {
  readonly actor: Actor;
  readonly conversationId: string;
  readonly messages: readonly PromptPart[];
  readonly promptTokens: number;
  readonly hasOwnKey: boolean;
  readonly isUntitled: boolean;
  readonly mayBeCached: boolean;
  /** How it leaves its conversation, where that is known. */
  readonly left?: Glance;
}
