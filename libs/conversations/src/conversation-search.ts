export const conversationSorts = ['updated_at', 'created_at', 'title'] as const;
export type ConversationSort = (typeof conversationSorts)[number];

export type ListOrder = 'asc' | 'desc';

export interface ConversationFilter {
  /** True: also those in the archive. */
  readonly archived: boolean;
  /** Part of a title or of a message, whatever its case. */
  readonly search?: string | undefined;
  readonly model?: string | undefined;
  /** Of the last change. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
}

export interface ConversationSearch extends ConversationFilter {
  readonly sort: ConversationSort;
  /** Unless said: titles from A on, times from the newest. */
  readonly order?: ListOrder | undefined;
  /** The first is 1. */
  readonly page: number;
  readonly size: number;
  /** The `nextCursor` of the page before, in the same order; then `page` does not matter. */
  readonly cursor?: string | undefined;
}
