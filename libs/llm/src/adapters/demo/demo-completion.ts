import { newId } from '#kernel';
import type { AnswerOutcome, Usage } from '../../language-model';

/** What the demo model says, in OpenAI's words. */
export class DemoCompletion {
  said = '';
  private readonly origin;

  constructor(model: string) {
    this.origin = { id: `chatcmpl-${newId()}`, created: Math.floor(Date.now() / 1000), model };
  }

  /** Answers its event. */
  add(content: string): string {
    const role = this.said === '' ? { role: 'assistant' } : {};
    this.said += content;
    return this.event([{ index: 0, delta: { ...role, content }, logprobs: null, finish_reason: null }]);
  }

  lastChunks({ finishReason, usage }: AnswerOutcome, wantsUsage: boolean): string {
    const end = this.event([{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason }]);
    return wantsUsage ? end + this.event([], { usage: usageOf(usage) }) : end;
  }

  whole({ finishReason, usage }: AnswerOutcome): string {
    const message = { role: 'assistant', content: this.said, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason }];
    return JSON.stringify({ ...this.origin, object: 'chat.completion', choices, usage: usageOf(usage) });
  }

  private event(choices: readonly object[], more: object = {}): string {
    return `data: ${JSON.stringify({ ...this.origin, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  }
}

function usageOf({ promptTokens, completionTokens }: Usage = { promptTokens: 0, completionTokens: 0 }): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
