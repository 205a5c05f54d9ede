import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActiveTurns, ChatService, type SendCommand, type Turn, type TurnEvent } from '#chat';
import { Conversations, type NewConversation } from '#conversations';
import { type Actor, newId } from '#kernel';
import { Messages } from '#messages';
import { Db, Transaction } from '#platform';
import { Quota, QuotaAdministration } from '#quota';
import { Users } from '#users';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { startApp, type TestApp } from '../harness/start-app';
import { TestClock } from '../harness/test-clock';
import { startUpstream, type Upstream } from '../harness/upstream';

export const MODEL = 'small';

const model = {
  id: MODEL,
  name: 'Small',
  description: { en: 'Small', zh: '小' },
  context_window: 8_192,
  max_output_tokens: 4_096,
  cost_per_1k_tokens: { input: 0.001, output: 0.002 },
  capabilities: ['chat'],
};

export interface MessageRow {
  readonly id: string;
  readonly parent_id: string | null;
  readonly role: string;
  readonly content: string;
  readonly status: string;
  readonly finish_reason: string | null;
  readonly error_code: string | null;
  readonly tokens_used: number;
}

export interface ConversationRow {
  readonly title: string;
  readonly message_count: number;
  readonly last_message_content: string | null;
  readonly running_message_id: string | null;
  readonly lease_until: Date | string | null;
}

export interface LedgerRow {
  readonly turn_id: string;
  readonly model: string;
  readonly status: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly charged_tokens: number;
  readonly cached: boolean | number;
}

const NO_LIMITS = { dailyRequests: null, monthlyRequests: null, dailyTokens: null, monthlyTokens: null };

/** One process that answers, and the tables behind it. */
export class TurnProcess {
  readonly active: ActiveTurns;
  readonly chat: ChatService;
  readonly conversations: Conversations;
  readonly db: Db;
  readonly messages: Messages;
  readonly quota: Quota;
  readonly transaction: Transaction;
  private readonly users: Users;

  constructor(readonly app: TestApp) {
    const { nest } = app;
    this.active = nest.get(ActiveTurns);
    this.chat = nest.get(ChatService);
    this.conversations = nest.get(Conversations);
    this.db = nest.get(Db);
    this.messages = nest.get(Messages);
    this.quota = nest.get(Quota);
    this.transaction = nest.get(Transaction);
    this.users = nest.get(Users);
  }

  /** Without limits, but for those that are given. */
  async someone(limits: Partial<Record<keyof typeof NO_LIMITS, number>> = {}): Promise<Actor> {
    const username = newId();
    const { id } = await this.transaction.run((tx) =>
      this.users.create(tx, { username, email: null, passwordHash: 'none' }),
    );
    const actor: Actor = { userId: id, username, permissions: new Set(), credential: { kind: 'session', id } };
    await this.app.nest.get(QuotaAdministration).setOverride(actor, id, { ...NO_LIMITS, ...limits });
    return actor;
  }

  /** Answers its id. It has a name, so that no title is made, unless said. */
  async begin(actor: Actor, conversation: Partial<NewConversation> = {}): Promise<string> {
    return (await this.conversations.create(actor, { model: MODEL, title: 'named', ...conversation })).id;
  }

  send(actor: Actor, conversationId: string, content: string, wishes: Partial<SendCommand> = {}): Promise<Turn> {
    return this.chat.openTurn(actor, { kind: 'send', conversationId, content, mayBeCached: false, ...wishes });
  }

  /** Until its end. */
  async ask(actor: Actor, conversationId: string, content: string, wishes: Partial<SendCommand> = {}): Promise<Heard> {
    return hear(await this.send(actor, conversationId, content, wishes));
  }

  deleteUser(userId: string): Promise<unknown> {
    return this.transaction.run((tx) => this.users.delete(tx, userId));
  }

  async message(id: string): Promise<MessageRow | undefined> {
    return (await this.db.query<MessageRow>('SELECT * FROM messages WHERE id = ?', [id]))[0];
  }

  /** All of a conversation, in their order. */
  said(conversationId: string): Promise<MessageRow[]> {
    return this.db.query<MessageRow>('SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq', [conversationId]);
  }

  async conversation(id: string): Promise<ConversationRow | undefined> {
    return (await this.db.query<ConversationRow>('SELECT * FROM conversations WHERE id = ?', [id]))[0];
  }

  ledger({ userId }: Actor): Promise<LedgerRow[]> {
    return this.db.query<LedgerRow>('SELECT * FROM usage_ledger WHERE user_id = ? ORDER BY id', [userId]);
  }

  async holds({ userId }: Actor): Promise<number> {
    return (await this.db.query('SELECT 1 FROM quota_holds WHERE user_id = ?', [userId])).length;
  }

  /** Of today; what running turns hold counts as well. */
  async used({ userId }: Actor): Promise<{ readonly requests: number; readonly tokens: number }> {
    return (await this.quota.statusOf(userId)).day.used;
  }
}

export interface Heard {
  readonly turn: Turn;
  readonly text: string;
  readonly end: Exclude<TurnEvent, { type: 'content' }>;
}

/** All of it, from its beginning; the pieces have to follow each other without a gap. */
export async function hear(turn: Turn): Promise<Heard> {
  let text = '';
  for await (const event of turn.read(0)) {
    if (event.type !== 'content') return { turn, text, end: event };
    if (event.offset !== text.length) throw new Error(`a piece begins at ${event.offset} in place of ${text.length}`);
    text += event.content;
  }
  throw new Error('no event has ended the turn');
}

/** Resolves when all of `text` has come. */
export async function hearUntil(turn: Turn, text: string): Promise<void> {
  let heard = '';
  for await (const event of turn.read(0)) {
    if (event.type !== 'content') throw new Error(`it ended after '${heard}'`);
    heard += event.content;
    if (heard.includes(text)) return;
  }
}

interface SuiteOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Rows of the models file, over the first one's. */
  readonly models?: readonly Readonly<Record<string, unknown>>[];
}

/** The application in front of a scripted upstream, on a database of the suite that asks for it. */
export function turnSuite({ environment = {}, models = [{}] }: SuiteOptions = {}) {
  const clock = new TestClock();
  const modelsFile = join(tmpdir(), `models-${newId()}.json`);
  const processes: TurnProcess[] = [];
  const suite = {
    clock,
    upstream: undefined as unknown as Upstream,
    database: undefined as unknown as TestDatabase,
    here: undefined as unknown as TurnProcess,
    environment: () => ({
      OPENAI_API_KEY: 'sk-platform',
      OPENAI_API_BASE: suite.upstream.baseUrl,
      OPENAI_MAX_RETRIES: '0',
      MODELS_FILE: modelsFile,
      ...environment,
    }),
    /** One more process on the same database. */
    async another(more: Readonly<Record<string, string>> = {}): Promise<TurnProcess> {
      const { database } = suite;
      const process = new TurnProcess(
        await startApp({ clock, database, environment: { ...suite.environment(), ...more } }),
      );
      processes.push(process);
      return process;
    },
  };
  beforeAll(async () => {
    await writeFile(modelsFile, JSON.stringify(models.map((changes) => ({ ...model, ...changes }))));
    suite.upstream = await startUpstream();
    suite.database = await createTestDatabase();
    suite.here = await suite.another();
  }, 120_000);
  afterEach(() => suite.upstream.reset());
  afterAll(async () => {
    await suite.upstream.close();
    await Promise.all(processes.map(({ app }) => app.stop()));
    await suite.database.drop();
    await rm(modelsFile);
  });
  return suite;
}
