/** A question that no conversation keeps, as whoever asks wrote it for OpenAI. */
export interface ExchangeCommand {
  readonly model: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** Whether the answer is wanted event by event, or whole. */
  readonly stream: boolean;
  readonly maxTokens?: number | undefined;
}
