import { isImage, type StoredFile } from '#files';
import { idAt } from '#kernel';
import type { Message } from '#messages';
import { inOrder } from './branches';
import type { Draft, DraftMessage } from './draft';

/** By what they are called elsewhere. */
export type FileIds = ReadonlyMap<string, string>;

const NONE: readonly string[] = [];

/**
 * The messages of a conversation that was read, with ids of our own, which tell their times as all do. There may be a
 * hundred thousand: each is made when it is taken.
 */
export class Seedling {
  private readonly ordered: readonly DraftMessage[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly ids: readonly string[];
  /** In the order, the last of the branch that was shown. */
  private readonly leaf: number;
  private readonly active: ReadonlySet<number>;

  constructor(
    draft: Draft,
    private readonly conversationId: string,
    private readonly begunAt: Date,
  ) {
    this.ordered = inOrder(draft.messages);
    this.places = new Map(this.ordered.map(({ key }, place) => [key, place]));
    this.ids = this.ordered.map((message) => idAt(this.timeOf(message).getTime()));
    this.leaf = this.placeOf(draft.leafKey) ?? this.ordered.length - 1;
    this.active = new Set(this.upwards());
  }

  /** What the conversation tells of them. */
  get summary() {
    const last = this.ordered[this.leaf];
    return {
      messageCount: this.active.size,
      lastMessage: last ? { content: last.content, role: last.role, createdAt: this.timeOf(last) } : null,
      activeLeafId: this.ids[this.leaf] ?? null,
      nextSeq: this.ordered.length + 1,
    };
  }

  /** `attached`: of their files those that are there still. */
  *messages(files: FileIds, attached: readonly StoredFile[]): Generator<Message> {
    const stored = new Map(attached.map((file) => [file.id, file]));
    for (const [place, message] of this.ordered.entries()) {
      const { role, content, model, tokensUsed, status, finishReason } = message;
      const createdAt = this.timeOf(message);
      const own = new Set(message.attachments.flatMap(({ key }) => stored.get(files.get(key) ?? '') ?? []));
      yield {
        id: this.ids[place] ?? '',
        conversationId: this.conversationId,
        parentId: this.ids[this.placeAbove(place)] ?? null,
        seq: place + 1,
        type: own.size === 0 ? 'text' : [...own].some(isImage) ? 'image' : 'file',
        attachments: own.size === 0 ? NONE : [...own].map(({ id }) => id),
        role,
        content,
        model,
        tokensUsed,
        status,
        finishReason,
        errorCode: null,
        isActive: this.active.has(place),
        createdAt,
        updatedAt: message.updatedAt ?? createdAt,
        editedAt: message.editedAt ?? null,
      };
    }
  }

  /** From the leaf, as far as parents come before their children. */
  private *upwards(): Generator<number> {
    for (let place = this.leaf; place >= 0; place = this.placeAbove(place)) yield place;
  }

  /** -1: it has no parent, or one that comes after it. */
  private placeAbove(place: number): number {
    const above = this.placeOf(this.ordered[place]?.parentKey) ?? -1;
    return above < place ? above : -1;
  }

  private placeOf(key: string | null | undefined): number | undefined {
    return key == null ? undefined : this.places.get(key);
  }

  private timeOf({ createdAt }: DraftMessage): Date {
    return createdAt ?? this.begunAt;
  }
}
