import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChatRequest, UpstreamCall, Usage } from './upstream-call';
import { Wire, type Writes } from './upstream-wire';

export interface Style {
  /** The finish_reason, 'stop' unless said. */
  readonly finish?: string;
  /** Given: sent, asked for or not. Null: never sent. Unsaid: counted, and sent where OpenAI would. */
  readonly usage?: Usage | null;
  readonly lineEnd?: '\n' | '\r\n';
  readonly writes?: Writes;
}

export interface Step {
  run(reply: Reply): void | Promise<void>;
}

export interface Answer {
  readonly steps: readonly Step[];
  readonly style?: Style;
}

interface ToolCall {
  readonly index: number;
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

const CREATED = Date.UTC(2026, 0, 1) / 1000;

/** An answer on its way, as a stream or as JSON that leaves when it is whole: whichever the request asked for. */
export class Reply {
  readonly call: UpstreamCall;
  readonly wire: Wire;
  private readonly isStream: boolean;
  private readonly isUsageAsked: boolean;
  private style: Style = {};
  private text = '';
  private readonly toolCalls: ToolCall[] = [];
  private hasRole = false;
  private isFinished = false;

  constructor(
    private readonly id: string,
    request: IncomingMessage,
    body: ChatRequest | undefined,
    response: ServerResponse,
  ) {
    this.isStream = body?.stream === true;
    this.isUsageAsked = body?.stream_options?.include_usage === true;
    this.wire = new Wire(response, this.isStream ? 'text/event-stream; charset=utf-8' : 'application/json');
    this.call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      arrivedAt: performance.now(),
      ended: this.wire.ended.then((ending) => (this.call.ending = ending)),
      ending: undefined,
      usage: undefined,
      pieces: 0,
    };
  }

  async perform({ steps, style = {} }: Answer): Promise<void> {
    this.style = style;
    this.wire.writes = style.writes ?? 'piece by piece';
    for (const step of steps) {
      if (this.isOver) return;
      await step.run(this);
    }
  }

  async say(piece: string): Promise<void> {
    this.text += piece;
    await this.sendPiece({ content: piece });
  }

  async callTool(name: string, argumentPieces: readonly string[]): Promise<void> {
    const index = this.toolCalls.length;
    const toolCall = { index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } } as const;
    this.toolCalls.push({ ...toolCall, function: { name, arguments: argumentPieces.join('') } });
    await this.sendPiece({ tool_calls: [toolCall] });
    for (const piece of argumentPieces)
      await this.sendPiece({ tool_calls: [{ index, function: { arguments: piece } }] });
  }

  /** Sends a piece up to the middle of its last character, or of its line where that character is one byte. */
  async tear(piece: string): Promise<void> {
    await this.takeRole();
    this.text += piece;
    const whole = this.isStream ? this.event(this.chunk({ content: piece })) : JSON.stringify(this.completion(null));
    const content = `"content":${JSON.stringify(this.isStream ? piece : this.text)}`;
    const upToPiece = whole.slice(0, whole.indexOf(content) + content.length - 1);
    await this.wire.send(Buffer.from(upToPiece).subarray(0, -1));
  }

  async finish(): Promise<void> {
    if (this.isFinished) return;
    this.isFinished = true;
    const { usage = this.countedUsage() } = this.style;
    if (!this.isStream) {
      await this.wire.send(JSON.stringify(this.completion(usage)));
    } else {
      await this.takeRole();
      await this.wire.send(this.event(this.chunk({}, this.finishReason)));
      if (usage === null || (this.style.usage === undefined && !this.isUsageAsked)) return;
      await this.wire.send(this.event({ ...this.chunk({}), choices: [], usage }));
    }
    if (usage !== null && !this.isOver) this.call.usage = usage;
  }

  async end(): Promise<void> {
    await this.finish();
    if (this.isStream) await this.wire.send(`data: [DONE]${this.emptyLine}`);
    await this.wire.end();
  }

  private get isOver(): boolean {
    return this.wire.ending !== undefined;
  }

  private get finishReason(): string {
    return this.style.finish ?? 'stop';
  }

  private get emptyLine(): string {
    return (this.style.lineEnd ?? '\n').repeat(2);
  }

  private async sendPiece(delta: object): Promise<void> {
    await this.takeRole();
    if (this.isStream) await this.wire.send(this.event(this.chunk(delta)));
    if (!this.isOver) this.call.pieces += 1;
  }

  private async takeRole(): Promise<void> {
    if (this.hasRole || !this.isStream) return;
    this.hasRole = true;
    await this.wire.send(this.event(this.chunk({ role: 'assistant', content: '' })));
  }

  private event(data: object): string {
    return `data: ${JSON.stringify(data)}${this.emptyLine}`;
  }

  private chunk(delta: object, finish_reason: string | null = null): object {
    return {
      ...this.origin('chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...(this.isUsageAsked && { usage: null }),
    };
  }

  private completion(usage: Usage | null): object {
    const message = {
      role: 'assistant',
      content: this.text === '' && this.toolCalls.length > 0 ? null : this.text,
      refusal: null,
      ...(this.toolCalls.length > 0 && { tool_calls: this.toolCalls.map(({ index: _, ...toolCall }) => toolCall) }),
    };
    return {
      ...this.origin('chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: this.finishReason }],
      ...(usage !== null && { usage }),
    };
  }

  private origin(object: string): object {
    return { id: this.id, object, created: CREATED, model: this.call.body?.model };
  }

  private countedUsage(): Usage {
    const prompt_tokens = Math.ceil(JSON.stringify(this.call.body?.messages ?? []).length / 4);
    const completion_tokens = this.call.pieces;
    return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  }
}
