/** That something of a user's has changed; whoever wants to show it reads it. */
export type Announcement =
  | {
      readonly kind: 'message_created' | 'message_updated' | 'message_deleted';
      readonly messageId: string;
      readonly conversationId: string;
    }
  | {
      readonly kind: 'conversation_created' | 'conversation_updated' | 'conversation_deleted';
      readonly conversationId: string;
    }
  | { readonly kind: 'quota_updated' };

/** What was told at once, of one user. */
export interface Told {
  readonly userId: string;
  /** The socket whose client knows already, since it was he who asked for it. */
  readonly exceptSocketId: string | undefined;
  readonly announcements: readonly Announcement[];
}
