import { ChatService, type Turn } from '#chat';
import { Conversations } from '#conversations';
import { type Actor, newId } from '#kernel';
import { ModelCatalogue } from '#llm';
import { Answers, type Message, Messages } from '#messages';
import { RedisClient } from '#platform';
import { register } from '../factories/people';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { startApp, type TestApp } from '../harness/start-app';
import type { Upstream } from '../harness/upstream';
import { Listener } from './listener';

export const WISHES = 'chatgpt:turns';

interface ReplicaOptions {
  readonly database: TestDatabase;
  readonly upstream: Upstream;
  /** Empty: none, also where the suites are given one. */
  readonly redisUrl: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** One of several processes on one database. */
export class Replica {
  readonly chat: ChatService;

  private constructor(readonly app: TestApp) {
    this.chat = app.nest.get(ChatService);
  }

  static async start({ database, upstream, redisUrl, environment }: ReplicaOptions): Promise<Replica> {
    const app = await startApp({
      database,
      environment: {
        SECRET_KEY: 'a key that all replicas have',
        OPENAI_API_KEY: 'sk-platform',
        OPENAI_API_BASE: upstream.baseUrl,
        OPENAI_MAX_RETRIES: '0',
        TITLE_MODEL: '',
        REDIS_URL: redisUrl,
        ...environment,
      },
    });
    return new Replica(app);
  }

  async someone(): Promise<Actor> {
    const { id: userId, username } = await register(this.app);
    return { userId, username, permissions: new Set(), credential: { kind: 'session', id: newId() } };
  }

  /** A turn of a conversation of its own, whose answer the upstream was told before. */
  async open(actor: Actor): Promise<Turn> {
    const { id } = await this.app.nest.get(Conversations).create(actor, {
      model: this.app.nest.get(ModelCatalogue).default().id,
    });
    return this.chat.openTurn(actor, { kind: 'send', conversationId: id, content: 'Hi', mayBeCached: false });
  }

  async follow(actor: Actor, { messageId }: Turn, offset = 0): Promise<Listener> {
    return new Listener((await this.chat.followTurn(actor, messageId)).read(offset), offset);
  }

  /** From now on it learns nothing of answers from the database, until what this answers is called. */
  looksNoMore(): () => void {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const answers = this.app.nest.get(Answers);
    const find = answers.find.bind(answers);
    const held = jest.spyOn(answers, 'find').mockImplementation((...asked) => released.then(() => find(...asked)));
    return () => {
      held.mockRestore();
      release();
    };
  }

  find(actor: Actor, { messageId }: Turn): Promise<Message> {
    return this.app.nest.get(Messages).find(actor, messageId);
  }

  /** Until it hears what it is asked, and so do as many others. */
  async isOneOf(replicas: number): Promise<void> {
    const redis = this.app.nest.get(RedisClient);
    const listening = () =>
      redis.run(
        async (commands) => (await commands.pubSubNumSub([WISHES]))[WISHES],
        () => 0,
      );
    await eventually(async () => (await listening()) === replicas);
  }

  async isConnected(): Promise<void> {
    const redis = this.app.nest.get(RedisClient);
    await eventually(() => redis.state === 'healthy');
  }

  stop(): Promise<void> {
    return this.app.stop();
  }
}
