import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';
import { speakerOf, titleOf } from './words';

export async function* plainText(
  conversation: ConversationDetails,
  messages: AsyncIterable<Message>,
): AsyncGenerator<string> {
  yield `${titleOf(conversation)}\n${conversation.createdAt.toISOString()}\n`;
  if (conversation.systemMessage !== null) yield `\nSystem:\n${conversation.systemMessage}\n`;
  for await (const message of messages) {
    yield `\n${speakerOf(message)} (${message.createdAt.toISOString()}):\n${message.content}\n`;
  }
}
