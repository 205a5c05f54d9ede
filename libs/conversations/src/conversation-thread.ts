import type { MessageRole } from './message-role';

/** A conversation as those see it who append to it. Whoever has it from `lockOwned` is alone with it until the transaction ends. */
export interface ConversationThread {
  readonly id: string;
  readonly userId: string;
  /** Empty: not named yet. */
  readonly title: string;
  readonly model: string;
  readonly systemMessage: string | null;
  /** Whether answers are paid for by a key of the owner's own. */
  readonly hasOwnKey: boolean;
  /** Of the active branch. */
  readonly messageCount: number;
  /** The newest message of the active branch. */
  readonly activeLeafId: string | null;
  readonly nextSeq: number;
  /** How often the messages have changed, but for an answer that grows and ends. */
  readonly revision: number;
  /** The answer being written; once `leaseUntil` is over, one whose writer has died. */
  readonly runningMessageId: string | null;
  readonly leaseUntil: Date | null;
}

export interface LastMessage {
  readonly content: string;
  readonly role: MessageRole;
  readonly createdAt: Date;
}

/** What a change to the messages means for their conversation. */
export interface ThreadChange {
  readonly activeLeafId: string | null;
  readonly messageCount: number;
  /** Of the active branch; its content may be as long as it is. */
  readonly lastMessage: LastMessage | null;
  readonly nextSeq: number;
  readonly updatedAt: Date;
}

/** A turn that has not ended, though nobody has renewed its lease. */
export interface ExpiredTurn {
  readonly conversationId: string;
  readonly userId: string;
  readonly messageId: string;
}
