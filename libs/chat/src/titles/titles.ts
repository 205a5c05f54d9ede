import { Injectable, Logger } from '@nestjs/common';
import { Conversations } from '#conversations';
import { LanguageModel, ModelCatalogue } from '#llm';
import { Db } from '#platform';
import type { OpenedTurn } from '../opening/opened-turn';
import type { Written } from '../writing/written';
import { titleFrom, titleIn, titlePrompt } from './title-text';

const AT_ONCE = 4;
const LONGEST_WAIT = 100;
const MAX_TOKENS = 40;
const LIMIT_MS = 30_000;

/** A name for a conversation that has none, from its first exchange; made afterwards, on nobody's quota. */
@Injectable()
export class Titles {
  private readonly logger = new Logger(Titles.name);
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = 0;

  constructor(
    private readonly db: Db,
    private readonly conversations: Conversations,
    private readonly catalogue: ModelCatalogue,
    private readonly model: LanguageModel,
  ) {}

  consider(turn: OpenedTurn, { status, text }: Written): void {
    if (!turn.isUntitled || status !== 'complete' || this.catalogue.forTitles() === null) return;
    const question = turn.messages.findLast(({ role }) => role === 'user')?.content;
    if (question === undefined || text === '' || this.waiting.length >= LONGEST_WAIT) return;
    this.waiting.push(() => this.name(turn, question, text));
    this.next();
  }

  private next(): void {
    if (this.running >= AT_ONCE) return;
    const work = this.waiting.shift();
    if (work === undefined) return;
    this.running += 1;
    void work().finally(() => {
      this.running -= 1;
      this.next();
    });
  }

  private async name(turn: OpenedTurn, question: string, answer: string): Promise<void> {
    try {
      const title = (await this.titleOf(turn, question, answer)) ?? titleFrom(question);
      await this.conversations.nameUnnamed(turn.actor.userId, turn.conversationId, title);
    } catch (err) {
      this.logger.warn({ msg: 'a conversation was not named', conversation_id: turn.conversationId, err });
    }
  }

  /** Undefined: the model had none to give. */
  private async titleOf(turn: OpenedTurn, question: string, answer: string): Promise<string | undefined> {
    const model = this.catalogue.forTitles();
    if (model === null || this.catalogue.isDemo()) return undefined;
    // The platform pays for no conversation whose owner pays himself.
    const ownKey = turn.hasOwnKey ? await this.conversations.ownKeyOf(this.db, turn.conversationId) : undefined;
    if (ownKey === null) return undefined;
    const call = {
      model,
      messages: titlePrompt(question, answer),
      temperature: 0,
      maxTokens: MAX_TOKENS,
      stream: false,
      ...(ownKey !== undefined && { ownKey }),
    };
    try {
      let text = '';
      const answer = await this.model.open(call, AbortSignal.timeout(LIMIT_MS));
      await answer.pour((piece) => (text += piece));
      return titleIn(text);
    } catch {
      // The adapter has logged it.
      return undefined;
    }
  }
}
