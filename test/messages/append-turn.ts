import type { ConversationThread } from '#conversations';
import { newId } from '#kernel';
import type { Message, MessageTree, PlacedTurn } from '#messages';
import type { Tx } from '#platform';

export interface AppendedTurn {
  readonly userMessage: Message;
  readonly assistantMessage: Message;
}

/** Of a writer who is in nobody's way. */
const overAtOnce = { owner: newId(), leaseUntil: new Date(0), now: new Date(0) };

export async function append(
  tree: MessageTree,
  tx: Tx,
  thread: ConversationThread,
  placing: Promise<PlacedTurn>,
): Promise<AppendedTurn> {
  const placed = await placing;
  await tree.append(tx, thread, placed, overAtOnce);
  // Of a sibling there is none.
  return { userMessage: placed.userMessage as Message, assistantMessage: placed.answer };
}
