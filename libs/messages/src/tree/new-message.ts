import type { MessageRole } from '#conversations';
import { newId } from '#kernel';
import type { Message } from '../message';

export interface NewText {
  readonly content: string;
  /** What the text alone costs. */
  readonly tokensUsed: number;
  /** Unless given, the end of the active branch; null: another beginning. */
  readonly parentId?: string | null | undefined;
}

/** Where a message goes: to the end of the active branch, as that is by then. */
export interface Place {
  readonly conversationId: string;
  readonly parentId: string | null;
  readonly seq: number;
  /** How many messages are above it. */
  readonly depth: number;
  readonly at: Date;
}

type Draft = Pick<Message, 'role' | 'content' | 'tokensUsed' | 'model' | 'status'>;

export function writtenAt(place: Place, role: MessageRole, { content, tokensUsed }: NewText): Message {
  return messageAt(place, { role, content, tokensUsed, model: null, status: 'complete' });
}

export function emptyAnswerAt(place: Place, model: string): Message {
  return messageAt(place, { role: 'assistant', content: '', tokensUsed: 0, model, status: 'streaming' });
}

export function below({ id }: Message, place: Place): Place {
  return { ...place, parentId: id, seq: place.seq + 1, depth: place.depth + 1 };
}

function messageAt({ conversationId, parentId, seq, at }: Place, draft: Draft): Message {
  return {
    ...draft,
    id: newId(at.getTime()),
    conversationId,
    parentId,
    seq,
    type: 'text',
    finishReason: null,
    errorCode: null,
    isActive: true,
    createdAt: at,
    updatedAt: at,
    editedAt: null,
  };
}
