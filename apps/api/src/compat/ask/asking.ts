import { Injectable } from '@nestjs/common';
import type { Turn } from '#chat';
import { type Actor, AppError, isId } from '#kernel';
import { textRule } from '../../edge/fields/text.field';
import { ConversationTurns } from '../../edge/turns/conversation-turns';

/** What is asked, as each of the door's protocols can say it. */
export interface Question {
  readonly prompt: string;
  /** Empty or `new`: a new one. */
  readonly conversation: string;
  /** Empty or `new`: the end of the conversation. */
  readonly parent: string;
  readonly idempotencyKey?: string | undefined;
  readonly mayBeCached?: boolean;
}

const NEW = 'new';
const promptRule = textRule(1, 10_000);

@Injectable()
export class Asking {
  constructor(private readonly turns: ConversationTurns) {}

  async open(actor: Actor, question: Question, wanted: AbortSignal): Promise<Turn> {
    const { conversation, idempotencyKey, mayBeCached = false } = question;
    const content = question.prompt.trim();
    const issue = promptRule(content);
    if (issue !== undefined) throw AppError.invalid({ field: 'prompt', ...issue });
    const said = { content, parentId: parentIn(question), idempotencyKey, mayBeCached };
    if (isNew(conversation)) return this.turns.begin(actor, {}, said, wanted);
    if (!isId(conversation)) throw new AppError('not_found');
    return this.turns.openIn(actor, conversation.toLowerCase(), said, wanted);
  }
}

function parentIn({ parent }: Question): string | undefined {
  if (isNew(parent)) return undefined;
  if (!isId(parent)) throw AppError.invalid({ field: 'parent_id', reason: 'must_be_uuid' });
  return parent.toLowerCase();
}

const isNew = (id: string): boolean => id === '' || id === NEW;
