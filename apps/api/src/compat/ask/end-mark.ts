import type { TurnEnd } from '#chat';

/** What comes after an answer: the two ids with which its conversation goes on. */
export function endMark({ message }: TurnEnd): string {
  return `<|end|>$${message.conversationId}$${message.id}`;
}
