import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';
import { html } from './html';
import { json } from './json';
import { jsonLines } from './json-lines';
import { markdown } from './markdown';
import { plainText } from './plain-text';

export const exportFormats = ['json', 'markdown', 'text', 'html', 'jsonl'] as const;

export type ExportFormat = (typeof exportFormats)[number];

export type Writer = (conversation: ConversationDetails, messages: AsyncIterable<Message>) => AsyncIterable<string>;

interface FormatRow {
  readonly ending: string;
  readonly mediaType: string;
  /** Which messages are written. */
  readonly branches: 'active' | 'all';
  readonly write: Writer;
}

export const formats: Readonly<Record<ExportFormat, FormatRow>> = {
  json: { ending: 'json', mediaType: 'application/json', branches: 'all', write: json },
  markdown: { ending: 'md', mediaType: 'text/markdown', branches: 'active', write: markdown },
  text: { ending: 'txt', mediaType: 'text/plain', branches: 'active', write: plainText },
  html: { ending: 'html', mediaType: 'text/html', branches: 'active', write: html },
  jsonl: { ending: 'jsonl', mediaType: 'application/x-ndjson', branches: 'active', write: jsonLines },
};
