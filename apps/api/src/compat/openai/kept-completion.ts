import type { Turn, TurnEnd, TurnEvent } from '#chat';
import type { Locale } from '#platform';
import { presentUsage } from '../../edge/presenters/turn.response';
import type { CompletionResponse } from './completion.response';
import { DONE, errorEvent, eventOf } from './completion-events';

/** The id of an answer tells that of its message, by which it can be stopped and read on everywhere. */
const idOf = (messageId: string): string => `chatcmpl-${messageId}`;

/** OpenAI's clients know no answer that has no reason to end; what was stopped, stops. */
const STOP = 'stop';

export function presentCompletion({ message, usage }: TurnEnd): CompletionResponse {
  const { content, finishReason, createdAt, model } = message;
  const answer = { role: 'assistant', content, refusal: null };
  return {
    id: idOf(message.id),
    object: 'chat.completion',
    created: secondsOf(createdAt),
    model: model ?? '',
    choices: [{ index: 0, message: answer, logprobs: null, finish_reason: finishReason ?? STOP }],
    usage: presentUsage(usage),
  };
}

/** A turn as OpenAI's events. */
export class CompletionFrames {
  private readonly origin;
  /** All that is around the text of an event. */
  private readonly before: string;

  constructor(
    { messageId }: Turn,
    model: string,
    created: Date,
    private readonly wantsUsage: boolean,
    private readonly locale: Locale,
  ) {
    this.origin = { id: idOf(messageId), object: 'chat.completion.chunk', created: secondsOf(created), model };
    this.before = `data: ${JSON.stringify(this.origin).slice(0, -1)},"choices":[{"index":0,"delta":{"content":`;
  }

  get head(): string {
    return this.event({ role: 'assistant', content: '' }, null);
  }

  frameOf(event: TurnEvent): string {
    switch (event.type) {
      case 'content':
        return `${this.before}${JSON.stringify(event.content)}},"logprobs":null,"finish_reason":null}]}\n\n`;
      case 'end': {
        const { usage, message } = event;
        const told = this.wantsUsage ? eventOf({ ...this.origin, choices: [], usage: presentUsage(usage) }) : '';
        return this.event({}, message.finishReason ?? STOP) + told + DONE;
      }
      case 'error':
        return errorEvent(event.error, this.locale);
    }
  }

  private event(delta: object, finish_reason: string | null): string {
    return eventOf({ ...this.origin, choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
  }
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
