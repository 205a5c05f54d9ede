import { json, text } from 'node:stream/consumers';
import OpenAI, { APIError } from 'openai';
import { Db } from '#platform';
import type { ApiAnswer } from '../../harness/api-client';
import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { AskSockets } from '../../../apps/api/src/compat/ask/websocket/ask-sockets';
import { AskSocketClient } from '../../harness/ask-socket-client';
import { GrpcClient } from '../../harness/grpc-client';
import { SseClient } from '../../harness/sse-client';
import type { Talk } from '../chat/talk';
import { besides, type Outcome, type SendOptions, type Transport } from '../transports';

/** The answer, or the code of the catalogue. */
type Said = { readonly text: string } | { readonly error: string };

interface Door {
  readonly name: string;
  readonly lacksKeys?: true;
  send(talk: Talk, options: SendOptions): Promise<Said>;
}

/** Whoever comes through a door stops and reads on by the main API, and is told there what the door does not tell. */
function transport({ name, lacksKeys, send }: Door): Transport {
  return {
    name,
    ...(lacksKeys && { lacksKeys }),
    connect(talk) {
      const { idOfNext, ...others } = besides(talk);
      return Promise.resolve({
        send(options) {
          const messageId = idOfNext(options.conversation);
          const outcome = send(talk, options).then((said) => ('error' in said ? said : outcomeOf(talk, options, said)));
          return { messageId, outcome };
        },
        ...others,
      });
    },
  };
}

async function outcomeOf(talk: Talk, { conversation }: SendOptions, { text }: { text: string }): Promise<Outcome> {
  const answer = await talk.answerIn(conversation);
  const sql = 'SELECT total_tokens AS "totalTokens" FROM usage_ledger WHERE turn_id = ?';
  const [entry] = await talk.app.nest.get(Db).query<{ totalTokens: number }>(sql, [answer?.id ?? '']);
  const { status = '', finish_reason: finishReason = null } = answer ?? {};
  return { text, status, finishReason, totalTokens: entry?.totalTokens ?? 0 };
}

const plainWords: Readonly<Record<string, string>> = {
  validation_error: 'VALIDATION_ERROR',
  not_found: 'RESOURCE_NOT_FOUND',
  conflict: 'CONFLICT',
  quota_exceeded: 'QUOTA_EXCEEDED',
  openai_service_error: 'OPENAI_API_ERROR',
};

const headersOf = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { 'idempotency-key': key };

const plainWhole: Door = {
  name: 'the plain chat door',
  async send(talk, { conversation: conversation_id, content: message, key }) {
    const { body }: ApiAnswer<{ message: string; error?: string }> = await talk.app.api.post(
      '/api/v1/chat',
      { message, conversation_id },
      { token: talk.alice.token, headers: headersOf(key) },
    );
    return body.error === undefined ? { text: body.message } : { error: plainWords[body.error] ?? body.error };
  },
};

interface PlainFrame {
  readonly delta: string;
  readonly error?: { readonly code: string };
}

const plainStream: Door = {
  name: 'the plain chat door, streamed',
  async send(talk, { conversation: conversation_id, content: message, key }) {
    const body = { message, conversation_id };
    const answer = await talk.open('chat/stream', { token: talk.alice.token, headers: headersOf(key), body });
    if (answer.status !== 200) {
      const { error } = (await json(answer.response)) as { error: string };
      return { error: plainWords[error] ?? error };
    }
    const frames = (await answer.rest()).map(({ data }) => data as unknown as PlainFrame);
    const error = frames.at(-1)?.error?.code;
    if (error !== undefined) return { error: plainWords[error] ?? error };
    return { text: frames.map(({ delta }) => delta).join('') };
  },
};

/** It has statuses alone, and they are fewer than the codes. */
const integerStatuses: Readonly<Record<number, string>> = {
  400: 'VALIDATION_ERROR',
  404: 'RESOURCE_NOT_FOUND',
  429: 'QUOTA_EXCEEDED',
  500: 'OPENAI_API_ERROR',
};

interface IntegerLine {
  readonly event: string;
  readonly data: string;
}

const integerId: Door = {
  name: 'the integer-id door',
  lacksKeys: true,
  async send(talk, { conversation, content: message }) {
    const number = await numberOf(talk, conversation);
    const url = `${talk.app.baseUrl}/api/chat/${number}`;
    const answer = await SseClient.open(url, { token: talk.alice.token, body: { message } });
    const said = await text(answer.response);
    if (answer.status !== 200) return { error: integerStatuses[answer.status] ?? said };
    const lines = said
      .trimEnd()
      .split('\n\n')
      .map((line) => JSON.parse(line) as IntegerLine);
    const failed = lines.some(({ event }) => event === 'error');
    return failed ? { error: 'OPENAI_API_ERROR' } : { text: lines.at(-1)?.data ?? '' };
  },
};

/** Whoever has not the number of a conversation can only guess one. */
export async function numberOf(talk: Talk, conversation: string): Promise<number> {
  await talk.app.api.get('/api/conversations/list', { token: talk.alice.token });
  const sql = 'SELECT number AS "number" FROM conversation_numbers WHERE conversation_id = ?';
  const [row] = await talk.app.nest.get(Db).query<{ number: number }>(sql, [conversation]);
  return row?.number ?? 999_999;
}

const askHttp: Door = {
  name: 'the ask door over HTTP',
  async send(talk, { conversation, content: prompt, key }) {
    const { body }: ApiAnswer<{ message: string; error?: { code: string } }> = await talk.app.api.post(
      `/ask/${conversation}`,
      { prompt },
      { token: talk.alice.token, headers: headersOf(key) },
    );
    return body.error === undefined ? { text: body.message } : { error: body.error.code };
  },
};

const askGrpc: Door = {
  name: 'the ask door over gRPC',
  async send(talk, { conversation: conversation_id, content: prompt, key }) {
    const client = await GrpcClient.connect(talk.app.baseUrl, talk.app.nest.get(GrpcDoor).port ?? 0);
    const options = { token: talk.alice.token, metadata: headersOf(key) };
    const { text, status } = await client.whole({ prompt, conversation_id }, options);
    client.close();
    const [error] = status.metadata.get('error-code');
    return error === undefined ? { text } : { error: String(error) };
  },
};

export const askPortOf = ({ app }: Talk): number => app.nest.get(AskSockets).port ?? 0;

const askSocket: Door = {
  name: 'the ask door over text WebSockets',
  lacksKeys: true,
  async send(talk, { conversation, content }) {
    const client = await AskSocketClient.open(askPortOf(talk), { token: talk.alice.token });
    const { text, end } = await client.ask(`<|ask|>$${conversation}$new$${content}`);
    await client.leave();
    const error = /^<\|err\|>\$([^$]*)/.exec(end)?.[1];
    return error === undefined ? { text } : { error };
  },
};

/** What an application needs for all of them to be open. */
export const OPEN_DOORS = { GRPC_PORT: '0', ASK_WS_PORT: '0' };

const openAiWords: Readonly<Record<string, string>> = {
  invalid_value: 'VALIDATION_ERROR',
  not_found: 'RESOURCE_NOT_FOUND',
  conflict: 'CONFLICT',
  insufficient_quota: 'QUOTA_EXCEEDED',
  upstream_unavailable: 'OPENAI_API_ERROR',
};

/** By the official client. */
function openAi(name: string, complete: (client: OpenAI, content: string, options: object) => Promise<string>): Door {
  return {
    name,
    async send(talk, { conversation, content, key }) {
      const baseURL = `${talk.app.baseUrl}/v1`;
      const client = new OpenAI({ apiKey: talk.alice.token, baseURL, maxRetries: 0, logLevel: 'off' });
      const headers = { 'X-Conversation-ID': conversation, ...headersOf(key) };
      try {
        return { text: await complete(client, content, { headers }) };
      } catch (error) {
        if (!(error instanceof APIError)) throw error;
        return { error: openAiWords[error.code ?? ''] ?? error.message };
      }
    },
  };
}

const asked = (content: string) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }] });

const openAiWhole = openAi('the OpenAI door', async (client, content, options) => {
  const { choices } = await client.chat.completions.create(asked(content), options);
  return choices[0]?.message.content ?? '';
});

const openAiStream = openAi('the OpenAI door, streamed', async (client, content, options) => {
  let text = '';
  const stream = await client.chat.completions.create({ ...asked(content), stream: true }, options);
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
  return text;
});

const all = [plainWhole, plainStream, integerId, askHttp, askGrpc, askSocket, openAiWhole, openAiStream];
export const doors: readonly Transport[] = all.map(transport);
