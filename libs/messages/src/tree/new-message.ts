import type { MessageRole } from '#conversations';
import { newId } from '#kernel';
import type { Message } from '../message';

/** What a message comes with, and what that makes of it. */
export type Attached = Pick<Message, 'type' | 'attachments'>;

const NOTHING: Attached = { type: 'text', attachments: [] };

export interface NewText {
  readonly content: string;
  /** What the text alone costs. */
  readonly tokensUsed: number;
  /** Unless given, text alone. */
  readonly attached?: Attached | undefined;
  /** Unless given, the end of the active branch; null: another beginning. */
  readonly parentId?: string | null | undefined;
}

/** Said elsewhere, and said here again. */
export type CopiedText = Pick<Message, 'role' | 'content' | 'tokensUsed' | 'model'>;

/** Where a message goes: to the end of the active branch, as that is by then. */
export interface Place {
  readonly conversationId: string;
  readonly parentId: string | null;
  readonly seq: number;
  /** How many messages are above it. */
  readonly depth: number;
  readonly at: Date;
}

type Draft = Attached & Pick<Message, 'role' | 'content' | 'tokensUsed' | 'model' | 'status'>;

export function writtenAt(place: Place, role: MessageRole, text: NewText): Message {
  const { content, tokensUsed, attached = NOTHING } = text;
  return messageAt(place, { role, content, tokensUsed, model: null, status: 'complete', ...attached });
}

export function emptyAnswerAt(place: Place, model: string): Message {
  return messageAt(place, {
    role: 'assistant',
    content: '',
    tokensUsed: 0,
    model,
    status: 'streaming',
    ...NOTHING,
  });
}

export function copyAt(place: Place, { role, content, tokensUsed, model }: CopiedText): Message {
  return messageAt(place, { role, content, tokensUsed, model, status: 'complete', ...NOTHING });
}

export function below({ id }: Message, place: Place): Place {
  return { ...place, parentId: id, seq: place.seq + 1, depth: place.depth + 1 };
}

function messageAt({ conversationId, parentId, seq, at }: Place, draft: Draft): Message {
  return {
    id: newId(at.getTime()),
    conversationId,
    parentId,
    seq,
    finishReason: null,
    errorCode: null,
    isActive: true,
    createdAt: at,
    updatedAt: at,
    editedAt: null,
    ...draft,
  };
}

/** Far below what any engine takes in one statement: values, and bytes. */
const BATCH = { messages: 100, characters: 1_000_000 };

/** One after the other, so that of messages that are made as they are taken no more than a batch is there at once. */
export function* batchesOf(messages: Iterable<Message>): Generator<readonly Message[]> {
  let batch: Message[] = [];
  let characters = 0;
  for (const message of messages) {
    characters += message.content.length;
    if (batch.length > 0 && (batch.length >= BATCH.messages || characters > BATCH.characters)) {
      yield batch;
      batch = [];
      characters = message.content.length;
    }
    batch.push(message);
  }
  if (batch.length > 0) yield batch;
}
