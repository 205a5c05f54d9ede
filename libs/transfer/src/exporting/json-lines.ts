import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';

interface Line {
  readonly role: string;
  readonly content: string;
}

/** One example for OpenAI's fine-tuning, which has to end with an answer; without any there is no example. */
export async function* jsonLines(
  { systemMessage }: ConversationDetails,
  messages: AsyncIterable<Message>,
): AsyncGenerator<string> {
  let waiting: Line[] = systemMessage === null ? [] : [{ role: 'system', content: systemMessage }];
  let opening = '{"messages":[';
  for await (const { role, content } of messages) {
    if (content === '') continue;
    waiting.push({ role, content });
    if (role !== 'assistant') continue;
    yield opening + waiting.map((line) => JSON.stringify(line)).join(',');
    opening = ',';
    waiting = [];
  }
  if (opening === ',') yield ']}\n';
}
