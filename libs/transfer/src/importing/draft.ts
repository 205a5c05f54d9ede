import type { MessageRole } from '#conversations';
import type { Message } from '#messages';

/** A file that a message came with. */
export interface DraftAttachment {
  /** Its name there. */
  readonly key: string;
  /** What it was called; undefined: whoever has the file knows. */
  readonly name: string | undefined;
}

/** A message as it comes from somewhere else; nothing of it is known to be right but what its type says. */
export interface DraftMessage extends Pick<Message, 'content' | 'model' | 'tokensUsed' | 'finishReason'> {
  /** Its name there. */
  readonly key: string;
  readonly parentKey: string | null;
  readonly attachments: readonly DraftAttachment[];
  readonly role: MessageRole;
  readonly status: Exclude<Message['status'], 'streaming'>;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
  readonly editedAt: Date | undefined;
}

export interface Draft {
  /** Its name there; undefined: it has none. */
  readonly key: string | undefined;
  /** Empty: it has none. */
  readonly title: string;
  readonly model: string | undefined;
  readonly systemMessage: string | null;
  readonly isArchived: boolean;
  readonly isPinned: boolean;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
  readonly messages: readonly DraftMessage[];
  /** Where the branch ends that was shown; undefined: in the last message. */
  readonly leafKey: string | undefined;
}

export const skipReasons = [
  'already_imported',
  'not_a_conversation',
  'no_messages',
  'too_large',
  'too_many_messages',
  'message_too_long',
  'unreadable',
  'too_many_files',
  'file_missing',
  'file_damaged',
  'file_too_large',
  'file_refused',
  'allowance_used_up',
  'not_attached',
] as const;

export type SkipReason = (typeof skipReasons)[number];

export class Skip extends Error {
  constructor(
    readonly reason: SkipReason,
    readonly title: string | null,
  ) {
    super(reason);
  }
}
