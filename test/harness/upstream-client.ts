import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import OpenAI from 'openai';

type Chunk = OpenAI.ChatCompletionChunk;

export const question = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] });

/** Whoever asks the scripted upstream without our product in between. */
export class UpstreamClient {
  readonly openai: OpenAI;

  constructor(private readonly baseUrl: string) {
    this.openai = new OpenAI({ baseURL: baseUrl, apiKey: 'sk-test', maxRetries: 0, logLevel: 'off' });
  }

  complete(content = 'Hi') {
    return this.openai.chat.completions.create(question(content));
  }

  stream(content = 'Hi') {
    return this.openai.chat.completions.create({ ...question(content), stream: true });
  }

  post(body: object, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify(body), ...init });
  }

  postStream(init?: RequestInit): Promise<Response> {
    return this.post({ ...question('Hi'), stream: true }, init);
  }

  /** A round trip: long enough for all else to happen that is going to. */
  async meanwhile(): Promise<void> {
    await this.openai.models.list();
  }

  /** The body of a stream, each HTTP chunk on its own. */
  async readChunks(): Promise<Buffer[]> {
    const asking = request(`${this.baseUrl}/chat/completions`, { method: 'POST', agent: false });
    const answering = once(asking, 'response');
    asking.end(JSON.stringify({ ...question('Hi'), stream: true }));
    const [response] = (await answering) as [IncomingMessage];
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(response, 'end');
    return chunks;
  }

  /** All bytes that arrive before the socket is closed. */
  async readBytes(body: object): Promise<Buffer> {
    const { hostname, port } = new URL(this.baseUrl);
    const json = JSON.stringify(body);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
    const received: Buffer[] = [];
    for await (const bytes of socket) received.push(bytes as Buffer);
    return Buffer.concat(received);
  }
}

export const eventsIn = (body: string) => body.split(/(?:\r?\n){2}/).filter((event) => event !== '');

/** The next piece of text that is not empty. */
export async function nextPiece(chunks: AsyncIterator<Chunk>): Promise<string> {
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) throw new Error('the stream ended before the next piece');
    const piece = value.choices[0]?.delta.content;
    if (piece) return piece;
  }
}

/** Reads to the end; what went wrong, if anything, stands beside the text. */
export async function readAll(chunks: AsyncIterable<Chunk>) {
  const seen = { text: '', finish: null as string | null, error: undefined as unknown };
  try {
    for await (const { choices } of chunks) {
      seen.text += choices[0]?.delta.content ?? '';
      seen.finish = choices[0]?.finish_reason ?? seen.finish;
    }
  } catch (error) {
    seen.error = error;
  }
  return seen;
}
