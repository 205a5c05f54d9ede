import type { ChatConfig as Settings } from '#platform';

export interface ChatConfig extends Settings {
  /** For those who name none. */
  readonly maxTokens: number;
  readonly temperature: number;
}

export const CHAT_CONFIG = Symbol('chat config');
