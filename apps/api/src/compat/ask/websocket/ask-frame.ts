import type { AppError } from '#kernel';
import type { Locale } from '#platform';
import { presentError } from '../../../edge/errors/error-body';
import type { Question } from '../asking';

const ASK = /^<\|ask\|>\$([^$]*)\$([^$]*)\$(.*)$/s;

/** `<|ask|>$CONVERSATION$PARENT$prompt`; a prompt may have dollars of its own. */
export function questionIn(frame: string): Question | undefined {
  const [isQuestion, conversation = '', parent = '', prompt = ''] = ASK.exec(frame) ?? [];
  return isQuestion === undefined ? undefined : { conversation, parent, prompt };
}

/** For what is no question. */
export const HOW_TO_ASK = '<|err|>$Write <|ask|>$CONVERSATION|new$PARENT|new$prompt';

export function errorFrame(error: AppError, locale: Locale): string {
  const { code, message, details: { field, issue } = {} } = presentError(error, locale);
  return `<|err|>$${code}$${typeof field === 'string' ? `${field}: ${String(issue)}` : message}`;
}
