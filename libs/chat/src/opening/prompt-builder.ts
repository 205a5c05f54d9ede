import { Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { AppError } from '#kernel';
import { type ModelMessage, TokenCounter, TOKENS_AROUND_A_MESSAGE, TOKENS_BEFORE_AN_ANSWER } from '#llm';
import { type Message, MessageTree, type PlacedTurn, type PromptMessage } from '#messages';
import type { Tx } from '#platform';
import type { Wishes } from './turn-wishes';

export interface Prompt {
  readonly messages: readonly ModelMessage[];
  readonly tokens: number;
  /** What is wanted, or what the window leaves. */
  readonly maxTokens: number;
}

const AT_ONCE = 50;
const MORE_AT_ONCE = 200;

/** No text takes more: a token is at least one byte of it. */
const MOST_TOKENS_A_UNIT = 3;

@Injectable()
export class PromptBuilder {
  constructor(
    private readonly tree: MessageTree,
    private readonly tokens: TokenCounter,
  ) {}

  /** The newest messages of the active branch, newest first: for most prompts they are enough. */
  newest(tx: Tx, conversationId: string): Promise<readonly PromptMessage[]> {
    return this.tree.newest(tx, conversationId, AT_ONCE);
  }

  /**
   * The system message, then as many of the newest messages of the branch as fit the model's window, up to the one to be
   * answered. `newest` is what the active branch ended with before the turn was placed.
   */
  async build(
    tx: Tx,
    thread: ConversationThread,
    { userMessage, answer }: PlacedTurn,
    newest: readonly PromptMessage[],
    wishes: Wishes,
  ): Promise<Prompt> {
    const { contextWindow } = wishes.model;
    const system = await this.systemMessage(thread);
    const chosen: ModelMessage[] = [];
    let tokens = TOKENS_BEFORE_AN_ANSWER + system.tokens;
    const before = this.branchFrom(tx, thread, userMessage === null ? answer.parentId : userMessage.parentId, newest);
    for await (const message of withQuestion(userMessage, before)) {
      if (message.content === '') continue;
      const more = (await this.tokensOf(message)) + TOKENS_AROUND_A_MESSAGE;
      if (chosen.length > 0 && tokens + more + wishes.maxTokens > contextWindow) break;
      tokens += more;
      chosen.push({ role: message.role, content: message.content });
    }
    const maxTokens = Math.min(wishes.maxTokens, contextWindow - tokens);
    if (maxTokens < 1) throw AppError.invalid({ field: 'content', reason: 'too_long_for_model' });
    return { messages: [...system.messages, ...chosen.reverse()], tokens, maxTokens };
  }

  private async systemMessage({ systemMessage: content }: ConversationThread) {
    if (content === null) return { messages: [], tokens: 0 };
    const tokens = (await this.tokens.count(content)) + TOKENS_AROUND_A_MESSAGE;
    return { messages: [{ role: 'system', content } as const], tokens };
  }

  /**
   * What was counted when the message was made. Of an answer an upstream said it, and may have said anything; of one that
   * a crash has cut off nobody may have counted it yet.
   */
  private async tokensOf({ content, tokensUsed }: PromptMessage): Promise<number> {
    return Math.min(tokensUsed || (await this.tokens.count(content)), content.length * MOST_TOKENS_A_UNIT);
  }

  /** Newest first. */
  private async *branchFrom(
    tx: Tx,
    thread: ConversationThread,
    leafId: string | null,
    newest: readonly PromptMessage[],
  ): AsyncGenerator<PromptMessage> {
    let from = leafId;
    if (from === thread.activeLeafId) {
      yield* newest;
      from = goingOn(newest, AT_ONCE);
    }
    while (from !== null) {
      const more: readonly PromptMessage[] = await this.tree.recentForPrompt(tx, thread.id, from, MORE_AT_ONCE);
      yield* more;
      from = goingOn(more, MORE_AT_ONCE);
    }
  }
}

/** Where there may be more. */
function goingOn(some: readonly PromptMessage[], limit: number): string | null {
  return some.length < limit ? null : (some.at(-1)?.parentId ?? null);
}

async function* withQuestion(
  question: Message | null,
  before: AsyncIterable<PromptMessage>,
): AsyncGenerator<PromptMessage> {
  if (question !== null) yield question;
  yield* before;
}
