import type { AppError } from '#kernel';
import type { Model } from './model';

export interface ModelImage {
  /** Such as `image/png`. */
  readonly type: string;
  readonly base64: string;
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** For models with vision alone. */
  readonly images?: readonly ModelImage[];
}

interface Call {
  readonly model: Model;
  readonly maxTokens: number;
  /** Whether the upstream is asked for its answer piece by piece, or for the whole of it at once. */
  readonly stream: boolean;
  /** Tells the upstream its callers apart; nothing that names a person. */
  readonly user?: string;
  /** The caller's own key, used in place of ours. */
  readonly ownKey?: string;
}

export interface ModelCall extends Call {
  readonly messages: readonly ModelMessage[];
  readonly temperature: number;
  /** What else is asked for, in OpenAI's words. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** A whole request in OpenAI's words, to be answered in them: what this house does not know passes both ways. */
export interface RelayCall extends Call {
  /** As the caller wrote it; what is said beside it goes before. */
  readonly request: Readonly<Record<string, unknown>>;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface AnswerOutcome {
  /**
   * `complete` it is whole · `stopped` by our signal · `interrupted` it broke off · `failed` the upstream said that it
   * cannot go on.
   */
  readonly status: 'complete' | 'stopped' | 'interrupted' | 'failed';
  /** In the upstream's own words, such as `stop` or `length`. */
  readonly finishReason: string | null;
  /** Undefined where the upstream told none that makes sense. */
  readonly usage: Usage | undefined;
  /** Why it was interrupted or failed. */
  readonly error?: AppError;
}

export interface ModelAnswer {
  /** Who answers: the model that was asked, or one of its fallbacks. */
  readonly model: Model;
  /**
   * Hands the text on in pieces as they arrive, beginning with what has; those that arrive together are one piece. To be
   * called once, and at once. Where `take` answers false, no more is read until `goOn`, but for what is at hand. Resolves
   * when the answer has ended, rejects with nothing but what `take` throws.
   */
  pour(take: (piece: string) => unknown): Promise<AnswerOutcome>;
  goOn(): void;
}

export interface RelayOutcome extends AnswerOutcome {
  /** All that was said, the calls of tools as well: for whoever has to count it. */
  readonly said: string;
}

export interface RelayedAnswer {
  readonly model: Model;
  /**
   * Hands on what arrives, beginning with what has: whole server-sent events without the `[DONE]` that ends them, or one
   * JSON text. To be called once, and at once. When `take` answers false, no more is read until `goOn`. Resolves when the
   * answer has ended.
   */
  pour(take: (piece: string) => boolean): Promise<RelayOutcome>;
  goOn(): void;
}

export type ModelState = 'not_configured' | 'healthy' | 'unhealthy';

export abstract class LanguageModel {
  /** As callers without a key of their own find it; it asks nobody. */
  abstract readonly state: ModelState;

  /**
   * Resolves with the first text, or with the end of an answer that has none; rejects with an AppError when there will
   * be no answer. A signal that aborts ends the answer as `stopped`, even one that has not begun.
   */
  abstract open(call: ModelCall, signal: AbortSignal): Promise<ModelAnswer>;

  /** As `open`, for an answer that is not read but passed on; also a call of a tool is its beginning. */
  abstract relay(call: RelayCall, signal: AbortSignal): Promise<RelayedAnswer>;
}
