import type { Usage } from '../../language-model';
import { ContentTemplate } from './content-template';
import { SseData } from './sse-data';
import { UpstreamFailure, wordOf } from './upstream-failure';

const LONGEST_FINISH_REASON = 50;
/** Of a whole answer, in bytes; a 128,000 token answer has less than one. */
const LONGEST_BODY = 16 * 1024 * 1024;

/** No model reads or says as much. */
const MOST_TOKENS = 100_000_000;

/** What both forms of an answer have in common; anything in it may be missing, or be what nobody expects. */
export interface Completion {
  readonly choices?: readonly {
    readonly delta?: Said;
    readonly message?: Said;
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
  readonly error?: { readonly code?: unknown } | null;
}

export interface Said {
  readonly content?: unknown;
  readonly [word: string]: unknown;
}

/** Makes what is handed on of the bytes of an answer, and remembers what else they told. */
export abstract class AnswerReader {
  /** All of it, where whoever reads it is not handed the text alone. */
  said = '';
  finishReason: string | null = null;
  usage: Usage | undefined;
  failure: UpstreamFailure | undefined;
  /** Nothing more will come. */
  isDone = false;

  /** The text that these bytes complete. */
  abstract read(bytes: Buffer): string;

  /** The text that is complete now that the body has ended. */
  abstract end(): string;

  get isWhole(): boolean {
    return this.isDone || this.finishReason !== null;
  }

  /** Keeps what it tells; answers its text. */
  protected take(json: string): string {
    let completion: Completion | null;
    try {
      completion = JSON.parse(json) as Completion | null;
    } catch {
      this.failure = new UpstreamFailure('broken_off', { code: 'malformed' });
      return '';
    }
    if (completion?.error) {
      this.failure = new UpstreamFailure('failing', { code: wordOf(completion.error.code) });
      return '';
    }
    const choice = completion?.choices?.[0];
    if (typeof choice?.finish_reason === 'string') {
      this.finishReason = choice.finish_reason.slice(0, LONGEST_FINISH_REASON);
    }
    if (completion?.usage) this.usage = usageOf(completion.usage);
    return completion === null ? '' : this.textIn(completion);
  }

  protected textIn(completion: Completion): string {
    return contentOf(completion) ?? '';
  }
}

/** An answer in server-sent events. */
export class StreamReader extends AnswerReader {
  private readonly template = new ContentTemplate();
  private text = '';
  private readonly events = new SseData(
    (data) => this.takeEvent(data),
    (read, from) => this.skim(read, from),
  );

  read(bytes: Buffer): string {
    this.text = '';
    if (!this.events.read(bytes)) this.failure ??= new UpstreamFailure('broken_off', { code: 'too_long' });
    return this.text;
  }

  /** An event without its end is none. */
  end(): string {
    return '';
  }

  /** Events as they came, and all the text in them. */
  protected hear(_events: string, text: string): void {
    this.text += text;
  }

  private takeEvent(data: string): void {
    if (this.isDone || this.failure !== undefined) return;
    if (data.startsWith('[DONE]')) this.isDone = true;
    else this.hear(eventOf(data), this.takeAndLearn(data));
  }

  private skim(read: string, from: number): number {
    if (this.isDone || this.failure !== undefined) return from;
    let texts = '';
    let end = from;
    for (let event = this.template.eventAt(read, from); event; event = this.template.eventAt(read, end)) {
      texts += event.text;
      ({ end } = event);
    }
    if (end > from) this.hear(read.slice(from, end), texts);
    return end;
  }

  private takeAndLearn(data: string): string {
    const { usage } = this;
    const text = this.take(data);
    if (!this.isWhole && this.failure === undefined && this.usage === usage) {
      this.template.learn(data, text, (json) => contentOf(JSON.parse(json) as Completion));
    }
    return text;
  }
}

/** An answer in one JSON object. */
export class JsonReader extends AnswerReader {
  private readonly parts: Buffer[] = [];
  private length = 0;

  read(bytes: Buffer): string {
    this.parts.push(bytes);
    this.length += bytes.length;
    if (this.length > LONGEST_BODY) this.failure = new UpstreamFailure('broken_off', { code: 'too_long' });
    return '';
  }

  end(): string {
    return this.handOn(Buffer.concat(this.parts).toString());
  }

  protected handOn(json: string): string {
    return this.take(json);
  }
}

/** A line of data has no line breaks in it. */
export function eventOf(data: string): string {
  return `data: ${data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data}\n\n`;
}

function contentOf(completion: Completion | null): string | undefined {
  const choice = completion?.choices?.[0];
  const content = choice?.delta?.content ?? choice?.message?.content;
  return typeof content === 'string' ? content : undefined;
}

function usageOf({ prompt_tokens: prompt, completion_tokens: completion }: NonNullable<Completion['usage']>) {
  return isCount(prompt) && isCount(completion) ? { promptTokens: prompt, completionTokens: completion } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MOST_TOKENS;
}
