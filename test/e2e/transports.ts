import { json as jsonOf } from 'node:stream/consumers';
import type { SseClient } from '../harness/sse-client';
import type { Talk } from './chat/talk';
import { type AnySocket, ways } from './realtime/ways';

/** What a client gets to know of how a turn went. */
export type Outcome =
  | {
      readonly text: string;
      readonly status: string;
      readonly finishReason: string | null;
      readonly totalTokens: number;
    }
  | { readonly error: string };

export interface Running {
  /** The answer's; it may not be known before the first word. */
  readonly messageId: Promise<string>;
  readonly outcome: Promise<Outcome>;
}

export interface SendOptions {
  readonly conversation: string;
  readonly content: string;
  readonly key?: string;
}

/** One client, who speaks to the application in one way. */
export interface Client {
  send(options: SendOptions): Running;
  stop(messageId: string): Promise<void>;
  /** From `offset` to the end. */
  resume(messageId: string, offset: number): Promise<Outcome>;
  leave(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** Its protocol has no place for an idempotency key. */
  readonly lacksKeys?: true;
  connect(talk: Talk): Promise<Client>;
}

const headersOf = ({ key }: SendOptions): Record<string, string> =>
  key === undefined ? {} : { 'idempotency-key': key };

interface Beside extends Pick<Client, 'stop' | 'resume' | 'leave'> {
  /** Of the answer that the model is asked for next. */
  idOfNext(conversation: string): Promise<string>;
}

/** What a client that is told only the text does beside, and gets to know afterwards. */
export function besides(talk: Talk): Beside {
  return {
    idOfNext: (conversation) =>
      talk.upstream.nextCall().then(async () => (await talk.answerIn(conversation))?.id ?? ''),
    stop: async (messageId) => void (await talk.post(`messages/${messageId}/stop`, {})),
    async resume(messageId, offset) {
      const answer = await talk.app.api.get<{ success: boolean; error: { code: string } }>(
        `/api/v1/messages/${messageId}`,
        { token: talk.alice.token },
      );
      if (!answer.body.success) return { error: answer.body.error.code };
      const { content, status, finish_reason: finishReason, tokens_used } = await talk.message(messageId);
      return { text: content.slice(offset), status, finishReason, totalTokens: tokens_used };
    },
    leave: () => Promise.resolve(),
  };
}

const json: Transport = {
  name: 'JSON',
  connect: (talk) => {
    const { idOfNext, ...others } = besides(talk);
    return Promise.resolve({
      send(options) {
        const { conversation, content } = options;
        const outcome = talk.send(conversation, { content }, { headers: headersOf(options) }).then(({ body }) => {
          if (!body.success) return { error: body.error.code };
          const { assistant_message: answer, usage } = body.data;
          return {
            ...{ text: answer?.content ?? '', status: answer?.status ?? '' },
            ...{ finishReason: answer?.finish_reason ?? null, totalTokens: usage.total_tokens },
          };
        });
        return { messageId: idOfNext(conversation), outcome };
      },
      ...others,
    });
  },
};

const sse: Transport = {
  name: 'Server-Sent Events',
  connect: (talk) =>
    Promise.resolve({
      send(options) {
        const { conversation, content } = options;
        const opening = talk.stream(conversation, { content }, headersOf(options));
        let know: (id: string) => void = () => undefined;
        const messageId = new Promise<string>((resolve) => (know = resolve));
        return { messageId, outcome: opening.then((stream) => readSse(stream, know)) };
      },
      stop: async (messageId) => void (await talk.post(`messages/${messageId}/stop`, {})),
      resume: async (messageId, offset) => readSse(await talk.attach(messageId, `?offset=${offset}`)),
      leave: () => Promise.resolve(),
    }),
};

async function readSse(stream: SseClient, know: (id: string) => void = () => undefined): Promise<Outcome> {
  if (stream.status !== 200) {
    const { error } = (await jsonOf(stream.response)) as { error: { code: string } };
    return { error: error.code };
  }
  let text = '';
  for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
    const { data } = event;
    if (data.type === 'start') know(data.message_id);
    if (data.type === 'content') text += data.content;
    if (data.type === 'error') return { error: data.error.code };
    if (data.type === 'end') {
      return { text, status: data.status, finishReason: data.finish_reason, totalTokens: data.usage.total_tokens };
    }
  }
  throw new Error('the stream ended without an end');
}

const sockets = ways.slice(0, 2).map(({ name, open }): Transport => ({
  name,
  async connect(talk) {
    const socket = await open(talk.app.baseUrl, talk.alice.token);
    return {
      send({ conversation: conversation_id, content, key: idempotency_key }) {
        socket.say('chat_message', { conversation_id, content, ...(idempotency_key && { idempotency_key }) });
        const starting = socket.next('message_start', 'error');
        return {
          messageId: starting.then(({ message_id }) => message_id),
          outcome: starting.then((event) =>
            event.type === 'error' ? { error: event.error.code } : readSocket(socket, 0),
          ),
        };
      },
      stop: (messageId) => Promise.resolve(socket.say('stop', { message_id: messageId })),
      resume(messageId, offset) {
        socket.say('resume', { message_id: messageId, offset });
        return readSocket(socket, offset);
      },
      leave: () => socket.leave(),
    };
  },
}));

async function readSocket(socket: AnySocket, from: number): Promise<Outcome> {
  const { text, end } = await socket.inbox.answer(from);
  if (end.type === 'error') return { error: end.error.code };
  return { text, status: end.status, finishReason: end.finish_reason, totalTokens: end.usage.total_tokens };
}

export const transports: readonly Transport[] = [json, sse, ...sockets];
