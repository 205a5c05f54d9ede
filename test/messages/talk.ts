import type { DataSource } from 'typeorm';
import { Conversations, type ConversationThread, ConversationThreads } from '#conversations';
import { type Actor, newId } from '#kernel';
import {
  Answers,
  type AppendedTurn,
  type Ending,
  IdempotencyKeys,
  type Message,
  MessageChanges,
  Messages,
  MessageTree,
} from '#messages';
import { Db, Sealer, Transaction, type Tx } from '#platform';
import { Users } from '#users';
import { ConversationsRepository } from '../../libs/conversations/src/conversations.repository';
import { MessagesRepository } from '../../libs/messages/src/messages.repository';
import { ThreadSummary } from '../../libs/messages/src/thread-summary';
import { TreeRepository } from '../../libs/messages/src/tree/tree.repository';
import type { TestClock } from '../harness/test-clock';

export const MODEL = 'gpt-4o-mini';

export const complete: Ending = {
  status: 'complete',
  content: 'an answer',
  model: MODEL,
  tokensUsed: 2,
  finishReason: 'stop',
  errorCode: null,
};

/** The messages of one process. */
export class Talk {
  readonly db: Db;
  readonly transaction: Transaction;
  readonly conversations: Conversations;
  readonly threads: ConversationThreads;
  readonly repository: MessagesRepository;
  readonly tree: MessageTree;
  readonly messages: Messages;
  readonly changes: MessageChanges;
  readonly answers: Answers;
  readonly keys: IdempotencyKeys;

  constructor(
    dataSource: DataSource,
    readonly clock: TestClock,
  ) {
    this.db = new Db(dataSource.manager);
    this.transaction = new Transaction(dataSource);
    const sealer = new Sealer({ keys: [Buffer.alloc(32)] });
    this.conversations = new Conversations(this.db, new ConversationsRepository(), sealer, clock);
    this.threads = new ConversationThreads();
    this.repository = new MessagesRepository();
    const summary = new ThreadSummary(this.threads, this.repository, clock);
    this.tree = new MessageTree(this.threads, this.repository, new TreeRepository(), summary, clock);
    this.messages = new Messages(this.db, this.conversations, this.repository);
    this.changes = new MessageChanges(this.transaction, this.threads, this.repository, this.tree);
    this.answers = new Answers(this.threads, this.repository, summary, clock);
    this.keys = new IdempotencyKeys(clock);
  }

  async someone(): Promise<Actor> {
    const username = newId();
    const { id } = await this.transaction.run((tx) =>
      new Users(this.clock).create(tx, { username, email: null, passwordHash: 'none' }),
    );
    return { userId: id, username, permissions: new Set(), credential: { kind: 'session', id: newId() } };
  }

  /** Answers its id. */
  async begin(actor: Actor): Promise<string> {
    return (await this.conversations.create(actor, { model: MODEL })).id;
  }

  inThread<T>(actor: Actor, id: string, work: (tx: Tx, thread: ConversationThread) => Promise<T>): Promise<T> {
    return this.transaction.run(async (tx) => work(tx, await this.threads.lockOwned(tx, actor.userId, id)));
  }

  open(actor: Actor, id: string, content: string, parentId?: string | null): Promise<AppendedTurn> {
    const turn = { content, tokensUsed: 1, parentId, model: MODEL };
    return this.inThread(actor, id, (tx, thread) => this.tree.appendTurn(tx, thread, turn));
  }

  finish(actor: Actor, id: string, answer: Message, ending: Partial<Ending> = {}): Promise<boolean> {
    return this.inThread(actor, id, (tx, thread) =>
      this.answers.finish(tx, thread, answer, { ...complete, ...ending }),
    );
  }

  /** A question and its whole answer. */
  async exchange(actor: Actor, id: string, question: string, parentId?: string | null): Promise<AppendedTurn> {
    const turn = await this.open(actor, id, question, parentId);
    await this.finish(actor, id, turn.assistantMessage, { content: `answer to ${question}` });
    return turn;
  }

  async regenerate(actor: Actor, id: string, answerId: string): Promise<Message> {
    const answer = await this.inThread(actor, id, (tx, thread) => this.tree.appendSibling(tx, thread, answerId, MODEL));
    await this.finish(actor, id, answer, { content: 'another answer' });
    return answer;
  }

  /** The texts of the active branch, from its beginning. */
  async branch(actor: Actor, id: string): Promise<readonly string[]> {
    const { messages } = await this.messages.newest(actor, id);
    return messages.map(({ content }) => content);
  }
}
