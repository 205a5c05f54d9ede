import type { LastMessage } from './conversation-thread';

/** As lists show it. */
export interface Conversation {
  readonly id: string;
  /** Empty: not named yet. */
  readonly title: string;
  readonly model: string;
  /** Of the active branch, as is the last message. */
  readonly messageCount: number;
  readonly isArchived: boolean;
  readonly isPinned: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Its content is no more than a beginning. */
  readonly lastMessage: LastMessage | null;
}

export interface ConversationDetails extends Conversation {
  readonly systemMessage: string | null;
  /** Whether answers are paid for by a key of the owner's own; the key itself is shown to nobody. */
  readonly hasOwnKey: boolean;
}
