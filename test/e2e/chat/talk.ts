import { type Person, register } from '../../factories/people';
import type { ApiAnswer, ApiRequest } from '../../harness/api-client';
import type { TestDatabase } from '../../harness/databases/test-database';
import type { Reply } from '../../harness/reply';
import { SseClient } from '../../harness/sse-client';
import { startApp, type TestApp } from '../../harness/start-app';
import { startUpstream, type Upstream } from '../../harness/upstream';

export interface MessageView {
  readonly id: string;
  readonly conversation_id: string;
  readonly parent_id: string | null;
  readonly role: string;
  readonly content: string;
  readonly model: string | null;
  readonly tokens_used: number;
  readonly status: string;
  readonly finish_reason: string | null;
  readonly is_active: boolean;
}

export interface SentView {
  readonly user_message: MessageView | null;
  readonly assistant_message: MessageView | null;
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  readonly cost_estimate: number;
}

type As = Pick<Person, 'token'>;

/** An application before a scripted upstream, and what a client does with it. */
export class Talk {
  private constructor(
    readonly app: TestApp,
    readonly upstream: Upstream,
    public alice: Person,
    readonly bob: Person,
  ) {}

  /** Nothing was said yet, and Alice is somebody who has used up nothing. */
  async anew(): Promise<void> {
    this.upstream.reset();
    this.alice = await register(this.app);
  }

  static async start(environment: Readonly<Record<string, string>> = {}, database?: TestDatabase): Promise<Talk> {
    const upstream = await startUpstream();
    const app = await startApp({
      ...(database && { database }),
      environment: {
        ...{
          OPENAI_API_KEY: 'sk-platform',
          OPENAI_API_BASE: upstream.baseUrl,
          OPENAI_MAX_RETRIES: '0',
          TITLE_MODEL: '',
        },
        ...environment,
      },
    });
    const [alice, bob] = await Promise.all([register(app), register(app)]);
    return new Talk(app, upstream, alice, bob);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.upstream.close();
  }

  /** Answers its id. */
  async begin(body: unknown = {}, { token }: As = this.alice): Promise<string> {
    const answer = await this.app.api.post<Reply<{ id: string }>>('/api/v1/conversations', body, { token });
    return answer.body.data.id;
  }

  send(conversation: string, body: object, request: ApiRequest = {}): Promise<ApiAnswer<Reply<SentView>>> {
    return this.post(`conversations/${conversation}/messages`, body, request);
  }

  post<T = SentView>(path: string, body: object, request: ApiRequest = {}): Promise<ApiAnswer<Reply<T>>> {
    return this.app.api.post(`/api/v1/${path}`, body, { token: this.alice.token, ...request });
  }

  put<T = MessageView>(path: string, body: object, request: ApiRequest = {}): Promise<ApiAnswer<Reply<T>>> {
    return this.app.api.put(`/api/v1/${path}`, body, { token: this.alice.token, ...request });
  }

  async message(id: string, { token }: As = this.alice): Promise<MessageView> {
    return (await this.app.api.get<Reply<MessageView>>(`/api/v1/messages/${id}`, { token })).body.data;
  }

  /** What the model said last, or is saying, in a conversation. */
  async answerIn(conversation: string): Promise<MessageView | undefined> {
    const path = `/api/v1/conversations/${conversation}/messages?order=desc`;
    const { body } = await this.app.api.get<Reply<{ messages: MessageView[] }>>(path, { token: this.alice.token });
    return body.data.messages.find(({ role }) => role === 'assistant');
  }

  stream(
    conversation: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
    { token }: As = this.alice,
  ): Promise<SseClient> {
    return this.open(`conversations/${conversation}/messages/stream`, { token, headers, body });
  }

  attach(
    message: string,
    query = '',
    headers: Readonly<Record<string, string>> = {},
    { token }: As = this.alice,
  ): Promise<SseClient> {
    return this.open(`messages/${message}/stream${query}`, { token, headers });
  }

  open(
    path: string,
    request: { token: string; headers?: Readonly<Record<string, string>>; body?: unknown },
  ): Promise<SseClient> {
    return SseClient.open(`${this.app.baseUrl}/api/v1/${path}`, request);
  }
}
