import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';
import { speakerOf, titleOf } from './words';

/** What is said is Markdown already, and stays as it is. */
export async function* markdown(
  conversation: ConversationDetails,
  messages: AsyncIterable<Message>,
): AsyncGenerator<string> {
  yield `# ${escaped(titleOf(conversation))}\n\n*${conversation.createdAt.toISOString()}*\n`;
  if (conversation.systemMessage !== null) yield `\n## System\n\n${conversation.systemMessage}\n`;
  for await (const message of messages) {
    yield `\n## ${escaped(speakerOf(message))}\n\n*${message.createdAt.toISOString()}*\n\n${message.content}\n`;
  }
}

function escaped(line: string): string {
  return line.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}
