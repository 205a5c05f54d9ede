import { Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { AppError } from '#kernel';
import { type ModelMessage, TokenCounter, TOKENS_AROUND_A_MESSAGE, TOKENS_BEFORE_AN_ANSWER } from '#llm';
import { GLANCED_AT, type Message, MessageTree, type PlacedTurn, type PromptMessage } from '#messages';
import { Db, type Tx } from '#platform';
import { imageBytesOf, NOTHING_SHOWN, PromptFiles, type PromptPart, withoutThem } from './prompt-files';
import type { Wishes } from './turn-wishes';

export interface Prompt {
  readonly messages: readonly PromptPart[];
  readonly tokens: number;
  /** What is wanted, or what the window leaves. */
  readonly maxTokens: number;
}

const MORE_AT_ONCE = 200;

/**
 * No text takes more: a token is at least one byte of it. What is noted of an answer an upstream said, and may have said
 * anything; of one that a crash has cut off nobody may have counted it yet.
 */
const MOST_TOKENS_A_UNIT = 3;

@Injectable()
export class PromptBuilder {
  constructor(
    private readonly db: Db,
    private readonly tree: MessageTree,
    private readonly tokens: TokenCounter,
    private readonly files: PromptFiles,
  ) {}

  /** The newest messages of the active branch, newest first. */
  newest(tx: Tx, conversationId: string): Promise<readonly PromptMessage[]> {
    return this.tree.newest(tx, conversationId, GLANCED_AT);
  }

  /**
   * The system message, then as many of the newest messages of the branch as fit the model's window, up to the one to be
   * answered. `newest` is what the active branch ended with before the turn was placed.
   */
  async build(
    thread: ConversationThread,
    { userMessage, answer }: PlacedTurn,
    newest: readonly PromptMessage[],
    wishes: Wishes,
    db: Db = this.db,
  ): Promise<Prompt> {
    const { contextWindow } = wishes.model;
    if (wishes.context !== undefined) return this.afterContext(wishes.context, userMessage, wishes);
    const system = await this.systemMessage(wishes.systemMessage ?? thread.systemMessage);
    const chosen: PromptPart[] = [];
    let imageBytes = 0;
    let tokens = TOKENS_BEFORE_AN_ANSWER + system.tokens;
    // Nothing is awaited for a message of which all is known: a turn has dozens.
    branch: for await (const some of this.branch(db, thread, userMessage, answer, newest)) {
      for (const { role, content, attachments, tokensUsed } of some) {
        if (content === '') continue;
        // Models are shown no pictures of their own.
        const isShown = role === 'user' && attachments.length > 0;
        const shown = isShown
          ? await this.files.shown(db, thread.userId, attachments, wishes.model, imageBytes)
          : NOTHING_SHOWN;
        if (chosen.length === 0 && shown.leftOut.length > 0) throw unseen(userMessage, wishes);
        const own = tokensUsed || (await this.tokens.count(content));
        const more = Math.min(own, content.length * MOST_TOKENS_A_UNIT) + shown.tokens + TOKENS_AROUND_A_MESSAGE;
        if (chosen.length > 0 && tokens + more + wishes.maxTokens > contextWindow) break branch;
        tokens += more;
        imageBytes += imageBytesOf(shown.files);
        chosen.push({
          role,
          content: withoutThem(content, shown.leftOut),
          ...(shown.files.length > 0 && { files: shown.files }),
        });
      }
    }
    const maxTokens = Math.min(wishes.maxTokens, contextWindow - tokens);
    if (maxTokens < 1) throw AppError.invalid({ field: 'content', reason: 'too_long_for_model' });
    return { messages: [...system.messages, ...chosen.reverse()], tokens, maxTokens };
  }

  private async afterContext(
    context: readonly ModelMessage[],
    question: Message | null,
    { model, maxTokens }: Wishes,
  ): Promise<Prompt> {
    const messages = question === null ? context : [...context, { role: question.role, content: question.content }];
    const tokens = await this.tokens.countMessages(messages);
    if (tokens >= model.contextWindow) throw AppError.invalid({ field: 'content', reason: 'too_long_for_model' });
    return { messages, tokens, maxTokens: Math.min(maxTokens, model.contextWindow - tokens) };
  }

  private async systemMessage(content: string | null) {
    if (content === null) return { messages: [], tokens: 0 };
    const tokens = (await this.tokens.count(content)) + TOKENS_AROUND_A_MESSAGE;
    return { messages: [{ role: 'system', content } as const], tokens };
  }

  /** From what is to be answered upwards, as many at once as are there at once. */
  private async *branch(
    db: Db,
    thread: ConversationThread,
    question: Message | null,
    answer: Message,
    newest: readonly PromptMessage[],
  ): AsyncGenerator<readonly PromptMessage[]> {
    const asked = question === null ? [] : [question];
    let from = (question ?? answer).parentId;
    if (from === thread.activeLeafId) {
      yield [...asked, ...newest];
      from = goingOn(newest, GLANCED_AT);
    } else yield asked;
    while (from !== null) {
      const more: readonly PromptMessage[] = await this.tree.recentForPrompt(db, thread.id, from, MORE_AT_ONCE);
      yield more;
      from = goingOn(more, MORE_AT_ONCE);
    }
  }
}

/** What is asked about images wants eyes; of those in earlier messages a model that has none is told that they were there. */
function unseen(asked: Message | null, { model }: Wishes): AppError {
  if (model.capabilities.includes('vision'))
    return AppError.invalid({ field: 'attachments', reason: 'images_too_large' });
  return AppError.invalid({ field: asked === null ? 'model' : 'attachments', reason: 'model_without_vision' });
}

/** Where there may be more. */
function goingOn(some: readonly PromptMessage[], limit: number): string | null {
  return some.length < limit ? null : (some.at(-1)?.parentId ?? null);
}
