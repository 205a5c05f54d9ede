import { setTimeout } from 'node:timers/promises';
import {
  type AnswerOutcome,
  LanguageModel,
  type ModelAnswer,
  type ModelCall,
  type RelayCall,
  type RelayedAnswer,
  type RelayOutcome,
} from '../../language-model';
import { messagesIn, textOf } from '../../request-text';
import type { TokenCounter } from '../../token-counter';
import { DemoCompletion } from './demo-completion';
import { demoPieces } from './demo-words';

/** What it says is too short to wait for whoever cannot take it. */
const ITS_PACE = (): void => undefined;

/** Answers at reading speed that it is a demonstration, whatever is asked and with whatever key. */
export class DemoLanguageModel extends LanguageModel {
  readonly state = 'not_configured';

  constructor(
    private readonly tokens: TokenCounter,
    private readonly paceMs: number,
  ) {
    super();
  }

  async open(call: ModelCall, signal: AbortSignal): Promise<ModelAnswer> {
    return { model: call.model, pour: (take) => this.say(call, take, signal), goOn: ITS_PACE };
  }

  async relay(call: RelayCall, signal: AbortSignal): Promise<RelayedAnswer> {
    return { model: call.model, pour: (take) => this.sayInJson(call, take, signal), goOn: ITS_PACE };
  }

  private async sayInJson(
    { request, ...call }: RelayCall,
    take: (piece: string) => boolean,
    signal: AbortSignal,
  ): Promise<RelayOutcome> {
    const completion = new DemoCompletion(call.model.id);
    const messages = messagesIn(request).map(({ role, content }) => {
      return { role: role === 'user' ? role : 'system', content: textOf(content) } as const;
    });
    const hand = (json: string): void => void take(json);
    const outcome = await this.say(
      { ...call, messages },
      (piece) => {
        const chunk = completion.add(piece);
        if (call.stream) hand(chunk);
      },
      signal,
    );
    if (outcome.status === 'complete') {
      const { include_usage: wantsUsage } = (request['stream_options'] ?? {}) as { include_usage?: unknown };
      hand(call.stream ? completion.lastChunks(outcome, wantsUsage === true) : completion.whole(outcome));
    }
    return { ...outcome, said: completion.said };
  }

  private async say(
    call: Pick<ModelCall, 'messages' | 'maxTokens'>,
    take: (piece: string) => unknown,
    signal: AbortSignal,
  ): Promise<AnswerOutcome> {
    const promptTokens = await this.tokens.countMessages(call.messages);
    const question = call.messages.findLast(({ role }) => role === 'user');
    let said = '';
    let completionTokens = 0;
    const end = (status: AnswerOutcome['status'], finishReason: string | null): AnswerOutcome => ({
      status,
      finishReason,
      usage: { promptTokens, completionTokens },
    });
    for (const piece of demoPieces(question?.content ?? '')) {
      if (this.paceMs > 0) await setTimeout(this.paceMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return end('stopped', null);
      const tokens = await this.tokens.count(said + piece);
      if (tokens > call.maxTokens) return end('complete', 'length');
      completionTokens = tokens;
      said += piece;
      take(piece);
    }
    return end('complete', 'stop');
  }
}
