import { newId } from '#kernel';
import type { Db } from '#platform';
import { PASSWORD, registration, type SignedInView } from '../../factories/people';
import type { TestDatabase } from '../../harness/databases/test-database';
import type { Reply } from '../../harness/reply';
import { SseClient } from '../../harness/sse-client';
import { type ServerProcess, startProcess } from '../../harness/start-process';
import type { Upstream } from '../../harness/upstream';
import type { SentView } from './talk';

export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Reply<T>;
}

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  readonly id: string;
  readonly token: string;
}

/** The built server, a process of its own, and what its clients do with it. */
export class Outside {
  private constructor(readonly server: ServerProcess) {}

  static async start(
    database: TestDatabase,
    upstream: Upstream,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Outside> {
    const server = await startProcess({
      ...{ DATABASE_URL: database.url, SECRET_KEY: 'a key that all the processes have' },
      ...{ OPENAI_API_KEY: 'sk-platform', OPENAI_API_BASE: upstream.baseUrl, OPENAI_MAX_RETRIES: '0', TITLE_MODEL: '' },
      ...{ RATE_LIMIT_AUTH: '0', RATE_LIMIT_SEND: '0', RATE_LIMIT_DEFAULT: '0' },
      ...environment,
    });
    await server.says('Listening');
    return new Outside(server);
  }

  static of(server: ServerProcess): Outside {
    return new Outside(server);
  }

  /** The same, as clients see it behind a proxy. */
  through(baseUrl: string): Outside {
    return new Outside({ ...this.server, baseUrl });
  }

  async ask<T = unknown>(
    method: string,
    path: string,
    { token }: Client,
    { body, headers }: Asked = {},
  ): Promise<Answered<T>> {
    const response = await fetch(`${this.server.baseUrl}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Reply<T> };
  }

  async register(): Promise<Client> {
    const body = { ...registration({ password: PASSWORD }), username: newId() };
    const email = `${body.username}@example.org`;
    const nobody = { id: '', token: '' };
    const answer = await this.ask<SignedInView>('POST', 'auth/register', nobody, { body: { ...body, email } });
    return { id: answer.body.data.user.id, token: answer.body.data.access_token };
  }

  /** Answers its id. */
  async begin(client: Client, body: object = { title: 'named' }): Promise<string> {
    return (await this.ask<{ id: string }>('POST', 'conversations', client, { body })).body.data.id;
  }

  send(client: Client, conversation: string, body: object, headers: Readonly<Record<string, string>> = {}) {
    return this.ask<SentView>('POST', `conversations/${conversation}/messages`, client, { body, headers });
  }

  stream(client: Client, conversation: string, body: object, headers: Readonly<Record<string, string>> = {}) {
    return this.open(`conversations/${conversation}/messages/stream`, client, { body, headers });
  }

  open(path: string, { token }: Client, { body, headers = {} }: Asked = {}): Promise<SseClient> {
    return SseClient.open(`${this.server.baseUrl}/api/v1/${path}`, { token, headers, body });
  }
}

interface Limits {
  readonly requests?: number;
  readonly tokens?: number;
}

/** As an admin would set them. */
export async function limit(db: Db, { id }: Client, { requests, tokens }: Limits): Promise<void> {
  await db.execute(
    `INSERT INTO quota_overrides (user_id, daily_requests, monthly_requests, daily_tokens, monthly_tokens)
     VALUES (?, ?, NULL, ?, NULL)`,
    [id, requests ?? null, tokens ?? null],
  );
}
