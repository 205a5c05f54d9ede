import type { MessageRole } from '#conversations';

/** A link to what was said in a conversation up to then, as its owner sees it. */
export interface Share {
  readonly id: string;
  /** Null: no key of ours opens it any more, though the link goes on. */
  readonly token: string | null;
  readonly hasPassword: boolean;
  /** Null: it is there until it is revoked. */
  readonly expiresAt: Date | null;
  readonly viewCount: number;
  readonly createdAt: Date;
}

export interface SharedMessage {
  readonly role: MessageRole;
  readonly content: string;
  readonly model: string | null;
  readonly tokensUsed: number;
  readonly createdAt: Date;
}

/** What whoever has the link sees: nothing of the owner's but what was said. */
export interface SharedConversation {
  readonly title: string;
  readonly model: string;
  /** Of the link. */
  readonly createdAt: Date;
  readonly messages: readonly SharedMessage[];
}
