import type { Turn, TurnEnd, TurnError, TurnEvent } from '#chat';
import type { Locale } from '#platform';
import { presentError } from '../errors/error-body';
import { presentRemaining, presentUsage } from '../presenters/turn.response';
import type { TurnEndEvent, TurnErrorEvent, TurnStartEvent } from './turn-event.response';

/** `offset` is how much of the answer its reader has already. */
export function startFrame(turn: Turn, offset: number): string {
  const event: TurnStartEvent = {
    type: 'start',
    message_id: turn.messageId,
    user_message_id: turn.userMessageId,
    conversation_id: turn.conversationId,
    quota: presentRemaining(turn.quota),
  };
  return `id: ${offset}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** An `id` tells how much of the answer there is with the event. */
export function turnFrame(event: TurnEvent, locale: Locale): string {
  switch (event.type) {
    case 'content': {
      const { content, offset } = event;
      return `id: ${offset + content.length}\ndata: {"type":"content","content":${JSON.stringify(content)}}\n\n`;
    }
    case 'end':
      return `data: ${JSON.stringify(presentEnd(event))}\n\n`;
    case 'error':
      return `data: ${JSON.stringify(presentFailure(event, locale))}\n\n`;
  }
}

function presentEnd({ message, usage, cost, quota }: TurnEnd): TurnEndEvent {
  return {
    type: 'end',
    message_id: message.id,
    status: message.status,
    finish_reason: message.finishReason,
    usage: presentUsage(usage),
    cost_estimate: cost,
    quota: presentRemaining(quota),
  };
}

function presentFailure({ error }: TurnError, locale: Locale): TurnErrorEvent {
  return { type: 'error', error: presentError(error, locale) };
}
