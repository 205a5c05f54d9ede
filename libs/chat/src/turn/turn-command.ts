import type { ModelMessage } from '#llm';

interface Asking {
  /** The same again under the same key is the same turn. */
  readonly idempotencyKey?: string | undefined;
  /** Unless given, the conversation's. */
  readonly model?: string | undefined;
  readonly temperature?: number | undefined;
  readonly maxTokens?: number | undefined;
}

/** What a protocol of its own words may ask for besides. */
export interface SpecialWishes {
  /** What the model is told in place of the conversation's system message. */
  readonly systemMessage?: string | undefined;
  /** What the model is shown before the question in place of all that the conversation holds. */
  readonly context?: readonly ModelMessage[] | undefined;
  /** What else is asked of the model, in OpenAI's words. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
}

export interface SendCommand extends Asking, SpecialWishes {
  readonly kind: 'send';
  readonly conversationId: string;
  readonly content: string;
  /** Unless given, the end of the active branch. */
  readonly parentId?: string | undefined;
  /** Ids of files of the actor's. */
  readonly attachments?: readonly string[] | undefined;
  /** Whether the answer may come from the cache. */
  readonly mayBeCached: boolean;
}

/** Another answer to the same question. */
export interface RegenerateCommand extends Asking {
  readonly kind: 'regenerate';
  /** The answer's. */
  readonly messageId: string;
}

/** Another question in the place of one, and its answer. */
export interface RephraseCommand extends Asking {
  readonly kind: 'rephrase';
  /** The question's. */
  readonly messageId: string;
  readonly content: string;
}

export type TurnCommand = SendCommand | RegenerateCommand | RephraseCommand;

/** What the model is told, and does not answer. */
export interface NoteCommand {
  readonly conversationId: string;
  readonly content: string;
  readonly parentId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}
