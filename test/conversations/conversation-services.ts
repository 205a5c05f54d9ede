import { randomBytes } from 'node:crypto';
import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Conversations, ConversationsModule, ConversationThreads } from '#conversations';
import { type Actor, Clock } from '#kernel';
import { MessagesModule, MessageTree } from '#messages';
import {
  AnnouncementsModule,
  CacheModule,
  CryptoModule,
  DatabaseModule,
  Db,
  parseDatabaseUrl,
  Transaction,
} from '#platform';
import { Users, UsersModule } from '#users';
import { migrations } from '../../migrations';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { TestClock } from '../harness/test-clock';

/** Conversations and what is said in them, on a database of their own. */
export interface ConversationServices {
  readonly clock: TestClock;
  readonly conversations: Conversations;
  readonly db: Db;
  readonly threads: ConversationThreads;
  readonly transaction: Transaction;
  get<T>(type: Type<T>): T;
  signUp(username: string): Promise<Actor>;
  /** A message more, at the end of the conversation. */
  say(actor: Actor, conversationId: string, content: string): Promise<void>;
  close(): Promise<void>;
}

@Global()
@Module({})
class TimeModule {
  static of(clock: TestClock): DynamicModule {
    return { module: TimeModule, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}

const OWN_KEY: readonly [Buffer] = [randomBytes(32)];

/** With a database given, one that others use too; whoever made it drops it. */
export async function startConversationServices({
  database: given,
  encryptionKeys = OWN_KEY,
}: {
  readonly database?: TestDatabase;
  readonly encryptionKeys?: readonly [Buffer, ...Buffer[]];
} = {}): Promise<ConversationServices> {
  const database = given ?? (await createTestDatabase());
  const clock = new TestClock();
  const app = await Test.createTestingModule({
    imports: [
      TimeModule.of(clock),
      DatabaseModule.forRoot(parseDatabaseUrl(database.url), migrations),
      CacheModule.forRoot(undefined),
      AnnouncementsModule,
      CryptoModule.forRoot({ keys: encryptionKeys }),
      UsersModule,
      ConversationsModule,
      MessagesModule,
    ],
  }).compile();
  await app.init();
  const transaction = app.get(Transaction);
  const threads = app.get(ConversationThreads);
  return {
    clock,
    threads,
    transaction,
    conversations: app.get(Conversations),
    db: app.get(Db),
    get: (type) => app.get(type),
    async signUp(username) {
      const account = { username, email: null, passwordHash: 'none' };
      const { id } = await transaction.run((tx) => app.get(Users).create(tx, account));
      return { userId: id, username, permissions: new Set(), credential: { kind: 'session', id } };
    },
    async say({ userId }, conversationId, content) {
      await transaction.run(async (tx) => {
        const thread = await threads.lockOwned(tx, userId, conversationId);
        await app.get(MessageTree).appendSystemMessage(tx, thread, { content, tokensUsed: 0 });
      });
    },
    async close() {
      await app.close();
      if (given === undefined) await database.drop();
    },
  };
}
