import type { ConversationThread } from '#conversations';
import { newId } from '#kernel';
import type { Message, MessageTree, PlacedTurn } from '#messages';
import type { Tx } from '#platform';

export interface AppendedTurn {
  readonly userMessage: Message;
  readonly assistantMessage: Message;
}

/** Nobody takes the turn for dead, and to its writer all others are. */
const claim = { owner: newId(), leaseUntil: new Date('2100-01-01'), now: new Date('2101-01-01') };

export async function append(
  tree: MessageTree,
  tx: Tx,
  thread: ConversationThread,
  placing: Promise<PlacedTurn>,
): Promise<AppendedTurn> {
  const placed = await placing;
  await tree.append(tx, thread, placed, claim);
  // Of a sibling there is none.
  return { userMessage: placed.userMessage as Message, assistantMessage: placed.answer };
}
