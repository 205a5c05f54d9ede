import type { Db } from '#platform';

export interface StoredMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly seq: number;
  readonly isActive: boolean | number;
  readonly role: string;
  readonly content: string;
}

export interface StoredTree {
  readonly leafId: string | null;
  readonly count: number;
  readonly nextSeq: number;
  readonly lastContent: string | null;
  readonly lastRole: string | null;
  /** In the order of `seq`. */
  readonly messages: readonly StoredMessage[];
}

/** What the tables say, whatever our services do. */
export async function storedTree(db: Db, conversationId: string): Promise<StoredTree> {
  const [conversation] = await db.query<Omit<StoredTree, 'messages'>>(
    `SELECT active_leaf_id AS "leafId", message_count AS "count", next_seq AS "nextSeq",
       last_message_content AS "lastContent", last_message_role AS "lastRole"
     FROM conversations WHERE id = ?`,
    [conversationId],
  );
  if (conversation === undefined) throw new Error('the conversation is gone');
  const messages = await db.query<StoredMessage>(
    `SELECT id AS "id", parent_id AS "parentId", seq AS "seq", is_active AS "isActive", role AS "role",
       content AS "content"
     FROM messages WHERE conversation_id = ? ORDER BY seq`,
    [conversationId],
  );
  return { ...conversation, messages };
}

/** What is wrong with a tree: nothing, at any time. */
export function faultsOf({ leafId, count, nextSeq, lastContent, lastRole, messages }: StoredTree): string[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: StoredMessage[] = [];
  for (let at = leafId; at !== null && branch.length <= messages.length; at = branch.at(-1)?.parentId ?? null) {
    const message = byId.get(at);
    if (message === undefined) return [`the branch leads out of the conversation, to ${at}`];
    branch.push(message);
  }
  const parents = new Set(messages.map(({ parentId }) => parentId));
  const active = messages.filter(({ isActive }) => isActive).toReversed();
  const faults: Record<string, boolean> = {
    'the branch is a circle': branch.length > messages.length,
    'the branch ends before its leaf': leafId !== null && parents.has(leafId),
    'there are messages and no branch': leafId === null && messages.length > 0,
    'what is active is not the branch': active.map(({ id }) => id).join() !== branch.map(({ id }) => id).join(),
    'the count is not the length of the branch': count !== branch.length,
    'the last message is another':
      (branch[0]?.content ?? null) !== lastContent || (branch[0]?.role ?? null) !== lastRole,
    'the next place is taken': (messages.at(-1)?.seq ?? 0) >= nextSeq,
    'two messages have one place': new Set(messages.map(({ seq }) => seq)).size !== messages.length,
    'a parent is elsewhere or later': messages.some(
      ({ parentId, seq }) => parentId !== null && !((byId.get(parentId)?.seq ?? Infinity) < seq),
    ),
  };
  return Object.keys(faults).filter((fault) => faults[fault]);
}
