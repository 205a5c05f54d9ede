import type { AppError } from '#kernel';
import type { AnswerOutcome, Model, Usage } from '#llm';

/** What became of an answer. */
export interface Written {
  readonly status: AnswerOutcome['status'];
  readonly text: string;
  /** Who answered, or should have. */
  readonly model: Model;
  readonly finishReason: string | null;
  /** What the upstream said; undefined: it said nothing that makes sense. */
  readonly usage: Usage | undefined;
  /** Why it is not whole, where that is not as somebody wished. */
  readonly error: AppError | undefined;
  readonly isCached: boolean;
  readonly firstTokenMs: number | null;
}
