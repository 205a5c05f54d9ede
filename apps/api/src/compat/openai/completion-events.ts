import type { AppError } from '#kernel';
import type { Locale } from '#platform';
import { presentOpenAiError } from './openai-error';

export const DONE = 'data: [DONE]\n\n';

export function eventOf(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function errorEvent(error: AppError, locale: Locale): string {
  return eventOf(presentOpenAiError(error, locale).body);
}
