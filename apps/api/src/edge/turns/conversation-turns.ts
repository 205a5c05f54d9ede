import { Injectable } from '@nestjs/common';
import { ChatService, type SendCommand, type Turn } from '#chat';
import { Conversations, type NewConversation } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { ModelCatalogue } from '#llm';
import { IdempotencyKeys } from '#messages';

type Said = Omit<SendCommand, 'kind' | 'conversationId'>;

/** For protocols in which a conversation begins with what is said first. */
@Injectable()
export class ConversationTurns {
  constructor(
    private readonly chat: ChatService,
    private readonly conversations: Conversations,
    private readonly keys: IdempotencyKeys,
    private readonly models: ModelCatalogue,
  ) {}

  openIn(actor: Actor, conversationId: string, said: Said, wanted: AbortSignal): Promise<Turn> {
    return this.chat.openTurn(actor, { kind: 'send', conversationId, ...said }, wanted);
  }

  /** Where nothing could be said, there is no conversation either. The same again under the same key begins none. */
  async begin(actor: Actor, beginning: Partial<NewConversation>, said: Said, wanted: AbortSignal): Promise<Turn> {
    const earlier = await this.begunUnder(actor, said.idempotencyKey);
    if (earlier !== undefined) return this.openIn(actor, earlier, said, wanted);
    const { id } = await this.conversations.create(actor, { model: this.models.default().id, ...beginning });
    try {
      return await this.openIn(actor, id, said, wanted);
    } catch (error) {
      await this.conversations.deleteUnused(actor, id);
      const meanwhile = isTaken(error) ? await this.begunUnder(actor, said.idempotencyKey) : undefined;
      if (meanwhile === undefined) throw error;
      return this.openIn(actor, meanwhile, said, wanted);
    }
  }

  private async begunUnder({ userId }: Actor, key: string | undefined): Promise<string | undefined> {
    return key === undefined ? undefined : this.keys.conversationOf(userId, key);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof AppError && error.reason === 'idempotency_key_reused';
}
