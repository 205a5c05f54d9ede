import type { ConversationThread } from '#conversations';
import type { Message, MessageTree, PlacedTurn } from '#messages';
import type { Tx } from '#platform';

export interface AppendedTurn {
  readonly userMessage: Message;
  readonly assistantMessage: Message;
}

export async function append(
  tree: MessageTree,
  tx: Tx,
  thread: ConversationThread,
  placing: Promise<PlacedTurn>,
): Promise<AppendedTurn> {
  const placed = await placing;
  await tree.append(tx, thread, placed);
  // Of a sibling there is none.
  return { userMessage: placed.userMessage as Message, assistantMessage: placed.answer };
}
