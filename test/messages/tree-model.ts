export interface ModelMessage {
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant';
  parentId: string | null;
  readonly seq: number;
  content: string;
  streaming: boolean;
}

type NewMessage = Pick<ModelMessage, 'id' | 'role' | 'content' | 'streaming'>;

/** The tree as simply as it can be thought: nothing is kept but the messages and the end of the branch. */
export class TreeModel {
  readonly messages: ModelMessage[] = [];
  leafId: string | null = null;
  private lastSeq = 0;

  append(parentId: string | null | undefined, message: NewMessage): void {
    this.messages.push({ ...message, parentId: parentId === undefined ? this.leafId : parentId, seq: ++this.lastSeq });
    this.leafId = message.id;
  }

  delete({ id, parentId }: ModelMessage): void {
    for (const child of this.messages) if (child.parentId === id) child.parentId = parentId;
    this.messages.splice(
      this.messages.findIndex((message) => message.id === id),
      1,
    );
    if (this.leafId === id) this.leafId = this.newestBelow(parentId) ?? parentId;
  }

  activate({ id }: ModelMessage): void {
    if (!this.branch().some((message) => message.id === id)) this.leafId = this.newestBelow(id) ?? id;
  }

  /** From its end. */
  branch(leafId = this.leafId): ModelMessage[] {
    const leaf = this.messages.find(({ id }) => id === leafId);
    return leaf === undefined ? [] : [leaf, ...this.branch(leaf.parentId)];
  }

  /** As the tables are to have it. */
  state() {
    const branch = this.branch();
    return {
      leafId: this.leafId,
      count: branch.length,
      nextSeq: this.lastSeq + 1,
      lastContent: branch[0]?.content ?? null,
      lastRole: branch[0]?.role ?? null,
      messages: this.messages
        .toSorted((a, b) => a.seq - b.seq)
        .map(({ id, parentId, seq, role, content }) => ({
          ...{ id, parentId, seq, role, content },
          isActive: branch.some((message) => message.id === id),
        })),
    };
  }

  /** Null: of all. */
  private newestBelow(id: string | null): string | undefined {
    const isBelow = ({ parentId }: ModelMessage) =>
      id === null || this.branch(parentId).some((above) => above.id === id);
    return this.messages.filter(isBelow).toSorted((a, b) => b.seq - a.seq)[0]?.id;
  }
}
