import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ChatRequest, UpstreamCall } from './upstream-call';
import { Reply, type Answer } from './upstream-reply';
import { fails, Gate, lists, says } from './upstream-script';

export type { ChatRequest, Ending, UpstreamCall, Usage } from './upstream-call';
export type { Answer, Step } from './upstream-reply';
export {
  after,
  callsTool,
  cut,
  fails,
  finish,
  type Gate,
  headers,
  pause,
  raw,
  redirects,
  says,
  stall,
  torn,
} from './upstream-script';

/** A function chooses by what was asked. */
export type Script = Answer | ((call: UpstreamCall) => Answer);

/** An OpenAI-compatible server that answers as it is told and remembers who asked. */
export class Upstream {
  readonly baseUrl: string;
  readonly calls: UpstreamCall[] = [];
  private readonly running = new Set<Reply>();
  private queue: Script[] = [];
  private fallback: Script = echoes;
  private unclaimed: UpstreamCall[] = [];
  private waiting: ((call: UpstreamCall) => void)[] = [];

  constructor(private readonly server: Server) {
    this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    server.on('request', (request, response) => void this.serve(request, response));
  }

  /** Each is for one chat completion, in the order in which they arrive. */
  answers(...scripts: readonly Script[]): void {
    this.queue.push(...scripts);
  }

  /** For every chat completion that finds the queue empty. */
  otherwise(script: Script): void {
    this.fallback = script;
  }

  gate(): Gate {
    return new Gate();
  }

  /** The earliest call that was not handed out here before, arrived or still to come. */
  nextCall(): Promise<UpstreamCall> {
    const call = this.unclaimed.shift();
    return call === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(call);
  }

  /** Forgets scripts and calls, and cuts those that still run. */
  reset(): void {
    this.cutRunning();
    this.calls.length = 0;
    this.queue = [];
    this.fallback = echoes;
    this.unclaimed = [];
    this.waiting = [];
  }

  async close(): Promise<void> {
    this.cutRunning();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private cutRunning(): void {
    for (const { wire } of this.running) wire.abandon();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    // A client that left before it had asked is no call.
    if (body === undefined) return;
    const reply = new Reply(`chatcmpl-${this.calls.length}`, request, parseBody(body), response);
    this.running.add(reply);
    this.record(reply.call);
    try {
      await reply.perform(this.answerTo(reply.call));
    } finally {
      // A script that threw, or did not end what it began, must not leave the client waiting.
      if (reply.wire.ending === undefined) reply.wire.abandon();
      this.running.delete(reply);
    }
  }

  private record(call: UpstreamCall): void {
    this.calls.push(call);
    const claim = this.waiting.shift();
    if (claim === undefined) this.unclaimed.push(call);
    else claim(call);
  }

  private answerTo(call: UpstreamCall): Answer {
    const route = `${call.method} ${call.path}`;
    if (route === 'GET /v1/models') return lists('gpt-4o', 'gpt-4o-mini');
    if (route !== 'POST /v1/chat/completions') return fails(404, { message: `Unknown request URL: ${route}` });
    if (call.body === undefined) return fails(400, { message: 'The body is not JSON' });
    const script = this.queue.shift() ?? this.fallback;
    return typeof script === 'function' ? script(call) : script;
  }
}

export async function startUpstream(): Promise<Upstream> {
  // An idle connection that ended by itself would race with the request that is about to use it.
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return new Upstream(server);
}

/** Where connections are refused. */
export async function deadBaseUrl(): Promise<string> {
  const upstream = await startUpstream();
  await upstream.close();
  return upstream.baseUrl;
}

function echoes({ body }: UpstreamCall): Answer {
  const question = body?.messages.at(-1)?.content;
  const words = typeof question === 'string' ? question : JSON.stringify(question);
  return says('You said: ', ...words.split(/(?<= )/));
}

function parseBody(body: string): ChatRequest | undefined {
  try {
    return JSON.parse(body) as ChatRequest;
  } catch {
    return undefined;
  }
}
