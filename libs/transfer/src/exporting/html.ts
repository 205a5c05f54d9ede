import { createHash } from 'node:crypto';
import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';
import { speakerOf, titleOf } from './words';

const STYLE = `
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1c1c1e; }
h1 { font-size: 1.5rem; }
article { margin: 1.5rem 0; padding: 0.75rem 1rem; border-radius: 0.5rem; background: #f4f4f6; }
article.user { background: #e6f0fb; }
header { display: flex; justify-content: space-between; font-size: 0.8rem; color: #5f5f66; }
.words { margin: 0.5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { max-width: none; margin: 0; } article { border: 1px solid #ccc; background: none; } }
`;

/** It loads nothing and runs nothing, whatever was said. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** A page that needs nothing else, on a screen and on paper. */
export async function* html(
  conversation: ConversationDetails,
  messages: AsyncIterable<Message>,
): AsyncGenerator<string> {
  const title = escaped(titleOf(conversation));
  yield `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1 dir="auto">${title}</h1>
`;
  const { systemMessage, createdAt } = conversation;
  if (systemMessage !== null) yield article('system', 'System', createdAt, systemMessage);
  for await (const message of messages) {
    yield article(message.role, speakerOf(message), message.createdAt, message.content);
  }
  yield '</body>\n</html>\n';
}

function article(role: string, speaker: string, at: Date, words: string): string {
  const time = at.toISOString();
  return `<article class="${role}">
<header><strong>${escaped(speaker)}</strong><time datetime="${time}">${time}</time></header>
<div class="words" dir="auto">${escaped(words)}</div>
</article>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
