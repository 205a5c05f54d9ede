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
interface Completion {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: unknown };
    readonly message?: { readonly content?: unknown };
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
  readonly error?: { readonly code?: unknown } | null;
}

/** Makes text of the bytes of an answer, and remembers what else they told. */
export abstract class AnswerReader {
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
    return contentOf(completion) ?? '';
  }
}

/** An answer in server-sent events. */
export class StreamReader extends AnswerReader {
  private readonly template = new ContentTemplate();
  private text = '';
  private readonly events = new SseData((data) => {
    if (this.isDone || this.failure !== undefined) return;
    if (data.startsWith('[DONE]')) this.isDone = true;
    else this.text += this.template.textOf(data) ?? this.takeAndLearn(data);
  });

  read(bytes: Buffer): string {
    this.text = '';
    if (!this.events.read(bytes)) this.failure ??= new UpstreamFailure('broken_off', { code: 'too_long' });
    return this.text;
  }

  /** An event without its end is none. */
  end(): string {
    return '';
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
    return this.take(Buffer.concat(this.parts).toString());
  }
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
