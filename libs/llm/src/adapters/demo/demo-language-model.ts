import { setTimeout } from 'node:timers/promises';
import { type AnswerOutcome, LanguageModel, type ModelAnswer, type ModelCall } from '../../language-model';
import type { TokenCounter } from '../../token-counter';
import { demoPieces } from './demo-words';

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
    return { model: call.model, pour: (take) => this.say(call, take, signal) };
  }

  private async say(call: ModelCall, take: (piece: string) => void, signal: AbortSignal): Promise<AnswerOutcome> {
    const promptTokens = await this.tokens.countMessages(call.messages);
    const question = call.messages.findLast(({ role }) => role === 'user');
    let said = '';
    let completionTokens = 0;
    const end = (status: AnswerOutcome['status'], finishReason: string | null): AnswerOutcome => ({
      ...{ status, finishReason, usage: { promptTokens, completionTokens } },
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
