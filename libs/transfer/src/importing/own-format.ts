import { messageRoles } from '#conversations';
import { messageStatuses } from '#messages';
import { type Draft, type DraftAttachment, type DraftMessage, Skip } from './draft';
import { countIn, listIn, type Loose, looseIn, shortTextIn, textIn, timeIn } from './loose';

/** As `json` writes it. */
export function draftOfOwn(conversation: Loose): Draft {
  const title = shortTextIn(conversation['title'], 200) ?? '';
  const messages = listIn(conversation['messages']).map((message) => messageOf(looseIn(message), title));
  const active = listIn(conversation['messages']).findLast((message) => looseIn(message)?.['is_active'] === true);
  return {
    key: textIn(conversation['id']),
    title,
    model: shortTextIn(conversation['model'], 100),
    systemMessage: shortTextIn(conversation['system_message'], 10_000) ?? null,
    isArchived: conversation['is_archived'] === true,
    isPinned: conversation['is_pinned'] === true,
    createdAt: timeIn(conversation['created_at']),
    updatedAt: timeIn(conversation['updated_at']),
    messages,
    leafKey: textIn(looseIn(active)?.['id']),
  };
}

function messageOf(message: Loose | undefined, title: string): DraftMessage {
  const key = textIn(message?.['id']);
  const role = messageRoles.find((each) => each === message?.['role']);
  const content = textIn(message?.['content']);
  if (message === undefined || key === undefined || role === undefined || content === undefined) {
    throw new Skip('not_a_conversation', title);
  }
  const status = messageStatuses.find((each) => each === message['status']) ?? 'complete';
  return {
    key,
    role,
    content,
    attachments: attachmentsIn(message['attachments']),
    parentKey: textIn(message['parent_id']) ?? null,
    model: shortTextIn(message['model'], 100) ?? null,
    tokensUsed: countIn(message['tokens_used']),
    status: status === 'streaming' ? 'interrupted' : status,
    finishReason: shortTextIn(message['finish_reason'], 64) ?? null,
    createdAt: timeIn(message['created_at']),
    updatedAt: timeIn(message['updated_at']),
    editedAt: timeIn(message['edited_at']),
  };
}

const NONE: readonly DraftAttachment[] = [];

/** Files are called by their ids. */
function attachmentsIn(value: unknown): readonly DraftAttachment[] {
  if (value === undefined) return NONE;
  return listIn(value).flatMap((each) => {
    const id = textIn(each);
    return id === undefined ? [] : [{ key: id.toLowerCase(), name: undefined }];
  });
}
