import type { DraftMessage } from './draft';

/**
 * Every message behind its parent, and apart from that in the order given. One whose parent is not there begins a branch
 * of its own; so does the first of some that are each other's parents.
 */
export function inOrder(messages: readonly DraftMessage[]): readonly DraftMessage[] {
  const byKey = new Map(messages.map((message) => [message.key, message]));
  const placed = new Set<string>();
  const ordered: DraftMessage[] = [];
  const place = (message: DraftMessage): void => {
    placed.add(message.key);
    ordered.push(message);
  };
  for (const message of byKey.values()) {
    // As nearly all are.
    if (message.parentKey !== null && placed.has(message.parentKey) && !placed.has(message.key)) {
      place(message);
      continue;
    }
    const chain = new Set<DraftMessage>();
    let above: DraftMessage | undefined = message;
    while (above !== undefined && !placed.has(above.key) && !chain.has(above)) {
      chain.add(above);
      above = above.parentKey === null ? undefined : byKey.get(above.parentKey);
    }
    [...chain].reverse().forEach(place);
  }
  return ordered;
}
