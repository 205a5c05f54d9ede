import type { Conversations, ConversationThread } from '#conversations';
import { type Actor, newId } from '#kernel';
import { Answers, type Ending, IdempotencyKeys, type Message, MessageChanges, Messages, MessageTree } from '#messages';
import type { Db, Transaction, Tx } from '#platform';
import { type ConversationServices, startConversationServices } from '../conversations/conversation-services';
import type { TestDatabase } from '../harness/databases/test-database';
import type { TestClock } from '../harness/test-clock';
import { append, type AppendedTurn } from './append-turn';

export const MODEL = 'gpt-4o-mini';

export const complete: Ending = {
  status: 'complete',
  content: 'an answer',
  model: MODEL,
  tokensUsed: 2,
  finishReason: 'stop',
  errorCode: null,
};

/** A text, and a count of it that tells it from others. */
export const saying = (content: string) => ({ content, tokensUsed: content.length });

/** The messages of one process. */
export class Talk {
  readonly answers: Answers;
  readonly changes: MessageChanges;
  readonly clock: TestClock;
  readonly conversations: Conversations;
  readonly db: Db;
  readonly keys: IdempotencyKeys;
  readonly messages: Messages;
  readonly transaction: Transaction;
  readonly tree: MessageTree;

  private constructor(readonly services: ConversationServices) {
    this.answers = services.get(Answers);
    this.changes = services.get(MessageChanges);
    this.clock = services.clock;
    this.conversations = services.conversations;
    this.db = services.db;
    this.keys = services.get(IdempotencyKeys);
    this.messages = services.get(Messages);
    this.transaction = services.transaction;
    this.tree = services.get(MessageTree);
  }

  /** With a database given, one that others use too; whoever made it drops it. */
  static async start(database?: TestDatabase): Promise<Talk> {
    return new Talk(await startConversationServices(database && { database }));
  }

  close(): Promise<void> {
    return this.services.close();
  }

  someone(): Promise<Actor> {
    return this.services.signUp(newId());
  }

  /** Answers its id. */
  async begin(actor: Actor): Promise<string> {
    return (await this.conversations.create(actor, { model: MODEL })).id;
  }

  inThread<T>(actor: Actor, id: string, work: (tx: Tx, thread: ConversationThread) => Promise<T>): Promise<T> {
    return this.transaction.run(async (tx) => work(tx, await this.services.threads.lockOwned(tx, actor.userId, id)));
  }

  open(actor: Actor, id: string, content: string, parentId?: string | null): Promise<AppendedTurn> {
    const turn = { content, tokensUsed: 1, parentId, model: MODEL };
    return this.inThread(actor, id, (tx, thread) =>
      append(this.tree, tx, thread, this.tree.placeTurn(tx, thread, turn)),
    );
  }

  finish(actor: Actor, id: string, answer: Message, ending: Partial<Ending> = {}): Promise<boolean> {
    return this.inThread(
      actor,
      id,
      async (tx) => (await this.answers.finish(tx, answer, { ...complete, ...ending })) !== undefined,
    );
  }

  /** A question and its whole answer, while no other turn runs. */
  exchange(actor: Actor, id: string, question: string, parentId?: string | null): Promise<AppendedTurn> {
    const turn = { content: question, tokensUsed: 1, parentId, model: MODEL };
    return this.inThread(actor, id, async (tx, thread) => {
      const appended = await append(this.tree, tx, thread, this.tree.placeTurn(tx, thread, turn));
      const ending = { ...complete, content: `answer to ${question}` };
      await this.answers.finish(tx, appended.assistantMessage, ending);
      return appended;
    });
  }

  regenerate(actor: Actor, id: string, answerId: string): Promise<Message> {
    return this.inThread(actor, id, async (tx, thread) => {
      const placing = this.tree.placeSibling(tx, thread, answerId, MODEL);
      const { assistantMessage } = await append(this.tree, tx, thread, placing);
      await this.answers.finish(tx, assistantMessage, { ...complete, content: 'another answer' });
      return assistantMessage;
    });
  }

  /** The texts of the active branch, from its beginning. */
  async branch(actor: Actor, id: string): Promise<readonly string[]> {
    const { messages } = await this.messages.newest(actor, id);
    return messages.map(({ content }) => content);
  }
}
