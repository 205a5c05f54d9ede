import type { MessageRole } from '#conversations';
import type { ErrorCode } from '#kernel';

export const messageTypes = ['text', 'image', 'file'] as const;
export type MessageType = (typeof messageTypes)[number];

/** `interrupted`: cut off with the text it has; `failed`: the upstream refused or erred. */
export const messageStatuses = ['streaming', 'complete', 'stopped', 'interrupted', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

export interface Message {
  readonly id: string;
  readonly conversationId: string;
  /** Null: it begins the conversation, or another version of it. */
  readonly parentId: string | null;
  /** Its place in the conversation: strictly after its parent's and after all that was there before. */
  readonly seq: number;
  readonly role: MessageRole;
  readonly type: MessageType;
  readonly content: string;
  /** Ids of files, some of which may be gone. */
  readonly attachments: readonly string[];
  readonly model: string | null;
  /** What this message alone takes. */
  readonly tokensUsed: number;
  readonly status: MessageStatus;
  readonly finishReason: string | null;
  readonly errorCode: ErrorCode | null;
  /** Whether it is on the branch that the conversation shows. */
  readonly isActive: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly editedAt: Date | null;
}
