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
  | { readonly kind: 'quota_updated' }
  | { readonly kind: 'quota_alert'; readonly alert: QuotaAlert };

/** How far somebody has come with what he may spend. */
export interface QuotaAlert {
  readonly period: 'day' | 'month';
  readonly metric: 'requests' | 'tokens';
  /** Per cent. */
  readonly threshold: 80 | 100;
  readonly limit: number;
  readonly used: number;
  /** ISO 8601, for it travels between replicas. */
  readonly resetsAt: string;
}

/** What was told at once, of one user or, where it says null, of everyone. */
export interface Told {
  readonly userId: string | null;
  /** The socket whose client knows already, since it was he who asked for it. */
  readonly exceptSocketId: string | undefined;
  readonly announcements: readonly Announcement[];
}
