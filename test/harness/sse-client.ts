import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';

export interface SseEvent {
  readonly id: string | undefined;
  readonly data: SseData;
}

interface QuotaView {
  readonly requests_remaining: number | null;
  readonly tokens_remaining: number | null;
}

export type SseData =
  | {
      readonly type: 'start';
      readonly message_id: string;
      readonly user_message_id: string | null;
      readonly conversation_id: string;
      readonly quota: QuotaView;
    }
  | { readonly type: 'content'; readonly content: string }
  | {
      readonly type: 'end';
      readonly message_id: string;
      readonly status: string;
      readonly finish_reason: string | null;
      readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
      readonly cost_estimate: number;
      readonly quota: QuotaView;
    }
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } };

export interface SseRequest {
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One who reads a stream of events as its bytes come, and may stop reading, or leave. */
export class SseClient {
  private unread = '';
  private readonly closed: Promise<unknown>;

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    this.closed = new Promise((resolve) => response.once('close', resolve));
    // Whoever is cut off sees the end of what came.
    response.on('error', () => undefined);
  }

  /** Resolves when the answer begins. */
  static async open(url: string, { token, headers = {}, body }: SseRequest): Promise<SseClient> {
    const sent = request(url, {
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    sent.on('error', () => undefined);
    return new SseClient(sent, response);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  header(name: string): string | undefined {
    return [this.response.headers[name]].flat().join(', ') || undefined;
  }

  /** The next event; undefined: there are no more. Comments are read over. */
  async next(): Promise<SseEvent | undefined> {
    for (;;) {
      const block = await this.nextBlock();
      if (block === undefined) return undefined;
      const lines = block.split('\n');
      const data = lines.find((line) => line.startsWith('data: '));
      if (data === undefined) continue;
      const id = lines.find((line) => line.startsWith('id: '));
      return { id: id?.slice(4), data: JSON.parse(data.slice(6)) as SseData };
    }
  }

  /** What stands between two empty lines. */
  async nextBlock(): Promise<string | undefined> {
    for (;;) {
      const end = this.unread.indexOf('\n\n');
      if (end >= 0) {
        const block = this.unread.slice(0, end);
        this.unread = this.unread.slice(end + 2);
        return block;
      }
      const piece = (this.response.read() as string | null) ?? undefined;
      if (piece !== undefined) {
        this.unread += piece;
      } else if (this.response.readableEnded || this.response.destroyed) return undefined;
      else await Promise.race([once(this.response, 'readable'), this.closed]);
    }
  }

  /** All that is still to come. */
  async rest(): Promise<SseEvent[]> {
    const events: SseEvent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) events.push(event);
    return events;
  }

  leave(): void {
    this.sent.destroy();
  }
}

export function textOf(events: readonly SseEvent[]): string {
  return events.map(({ data }) => (data.type === 'content' ? data.content : '')).join('');
}
