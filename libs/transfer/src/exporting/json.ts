import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';

/** All of a conversation, as it is imported again. */
export async function* json(
  conversation: ConversationDetails,
  messages: AsyncIterable<Message>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(headOf(conversation)).slice(0, -1)},"messages":[`;
  let separator = '\n';
  for await (const message of messages) {
    yield separator + JSON.stringify(written(message));
    separator = ',\n';
  }
  yield '\n]}\n';
}

function headOf(conversation: ConversationDetails) {
  return {
    format: 'conversation',
    version: 1,
    id: conversation.id,
    title: conversation.title,
    model: conversation.model,
    system_message: conversation.systemMessage,
    is_archived: conversation.isArchived,
    is_pinned: conversation.isPinned,
    created_at: conversation.createdAt.toISOString(),
    updated_at: conversation.updatedAt.toISOString(),
  };
}

function written(message: Message) {
  return {
    id: message.id,
    parent_id: message.parentId,
    role: message.role,
    type: message.type,
    content: message.content,
    attachments: message.attachments,
    model: message.model,
    tokens_used: message.tokensUsed,
    status: message.status,
    finish_reason: message.finishReason,
    is_active: message.isActive,
    created_at: message.createdAt.toISOString(),
    updated_at: message.updatedAt.toISOString(),
    edited_at: message.editedAt?.toISOString() ?? null,
  };
}
