import { AppError, type FieldIssue } from '#kernel';
import { imagesIn, type ModelMessage, type RequestMessage, textOf } from '#llm';
import type { SpecialWishes } from '#chat';
import { textRule } from '../../edge/fields/text.field';
import type { CompletionRequest } from './completion.request';

/** What a conversation keeps of a request, and how the model is asked. */
export interface KeptSaying extends SpecialWishes {
  readonly content: string;
}

const LONGEST_CONTENT = 10_000;
const contentRule = textRule(1, LONGEST_CONTENT);

/** Of these, a conversation knows nothing. */
const TOOLS = ['tools', 'functions', 'tool_choice', 'function_call'];

/** What is said in words of our own, or not at all. */
const OURS = new Set([
  ...[
    'model',
    'messages',
    'stream',
    'stream_options',
    'max_tokens',
    'max_completion_tokens',
    'temperature',
    'n',
    'user',
  ],
  ...TOOLS,
]);

/**
 * The last message is what is said. A request that brings a history of its own is answered by it alone; else the
 * conversation's is, under the request's system message if it has one.
 */
export function keptSaying(request: CompletionRequest, body: Readonly<Record<string, unknown>>): KeptSaying {
  const { messages } = request;
  const [first, ...rest] = whatCannotBeKept(messages, body);
  if (first !== undefined) throw AppError.invalid(first, ...rest);
  const content = textOf(messages.at(-1)?.content).trim();
  const issue = contentRule(content);
  if (issue !== undefined) throw AppError.invalid({ field: `messages.${messages.length - 1}.content`, ...issue });

  const before = messages.slice(0, -1).map(asModelMessage);
  const extras = Object.fromEntries(
    Object.entries(body).filter(([field, value]) => value !== null && !OURS.has(field)),
  );
  const asked = { content, extras: Object.keys(extras).length > 0 ? extras : undefined };
  const hasHistory = before.some(({ role }) => role !== 'system');
  if (hasHistory) return { ...asked, context: before };
  return { ...asked, systemMessage: before.map((message) => message.content).join('\n\n') || undefined };
}

function whatCannotBeKept(
  messages: readonly RequestMessage[],
  body: Readonly<Record<string, unknown>>,
): readonly FieldIssue[] {
  const reason = 'not_in_a_conversation';
  const tools = TOOLS.filter((field) => body[field] !== undefined && body[field] !== null);
  const odd = messages.flatMap(({ role, content, tool_calls: calls }, index) => {
    const isOdd = role === 'tool' || role === 'function' || calls != null || imagesIn(content).length > 0;
    return isOdd ? [`messages.${index}`] : [];
  });
  const last = messages.at(-1)?.role === 'user' ? [] : [`messages.${messages.length - 1}.role`];
  return [...tools, ...odd, ...last].map((field) => ({ field, reason }));
}

function asModelMessage({ role, content }: RequestMessage): ModelMessage {
  return { role: role === 'user' || role === 'assistant' ? role : 'system', content: textOf(content) };
}
