import { type AnswerReader, type Completion, eventOf, JsonReader, type Said, StreamReader } from './answer-reader';

/** How an answer is passed on: event by event or as one JSON text, in whichever way the upstream sends it. */
export function relayReader(sendsJson: boolean, wantsEvents: boolean, wantsUsage: boolean): AnswerReader {
  return sendsJson ? new RelayedJson(wantsEvents) : new RelayedStream(wantsUsage);
}

/** Events as they came. Those before the first word wait for it, so that another try can be made. */
class RelayedStream extends StreamReader {
  private waiting = '';
  private hasBegun = false;
  private isUsageAlone = false;

  constructor(private readonly wantsUsage: boolean) {
    super();
  }

  override read(bytes: Buffer): string {
    super.read(bytes);
    return this.hasBegun || this.isWhole ? this.end() : '';
  }

  override end(): string {
    const { waiting: events } = this;
    this.waiting = '';
    return events;
  }

  protected override hear(events: string, text: string): void {
    if (this.failure !== undefined) return;
    this.said += text;
    this.hasBegun ||= text !== '';
    // Who has not asked for it may not expect an event without a choice.
    if (this.isUsageAlone && !this.wantsUsage) this.isUsageAlone = false;
    else this.waiting += events;
  }

  protected override textIn(completion: Completion): string {
    this.isUsageAlone = completion.usage != null && completion.choices?.length === 0;
    return saidIn(completion.choices?.[0]?.delta);
  }
}

class RelayedJson extends JsonReader {
  constructor(private readonly wantsEvents: boolean) {
    super();
  }

  protected override handOn(json: string): string {
    this.said = this.take(json);
    if (this.failure !== undefined) return '';
    this.isDone = true;
    return this.wantsEvents ? eventOf(JSON.stringify(asChunk(JSON.parse(json) as Completion))) : json;
  }

  protected override textIn({ choices }: Completion): string {
    return saidIn(choices?.[0]?.message);
  }
}

function asChunk({ choices = [], ...completion }: Completion): object {
  const deltas = choices.map(({ message, ...choice }) => ({ ...choice, delta: message }));
  return { ...completion, object: 'chat.completion.chunk', choices: deltas };
}

/** Whatever a model has to write: its text, its reasoning, the names and arguments of calls. */
function saidIn(said: Said | undefined): string {
  const { content, refusal, reasoning_content, reasoning, tool_calls, function_call } = said ?? {};
  const calls = Array.isArray(tool_calls) ? (tool_calls as readonly unknown[]) : [];
  const called = [...calls.map((call) => (call as Called | null)?.function), function_call as Called['function']];
  return [content, refusal, reasoning_content ?? reasoning, ...called.flatMap((f) => [f?.name, f?.arguments])]
    .filter((part) => typeof part === 'string')
    .join('');
}

interface Called {
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null;
}
