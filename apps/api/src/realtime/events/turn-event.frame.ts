import type { Turn, TurnEvent } from '#chat';
import type { Locale } from '#platform';
import { presentError } from '../../edge/errors/error-body';
import { presentRemaining, presentUsage } from '../../edge/presenters/turn.response';
import type { ServerEvent } from './server-event.response';

/** For whom a turn is told. */
export interface TurnAudience {
  readonly locale: Locale;
  /** What he called the event that the turn came of. */
  readonly clientId: string | undefined;
}

export function startFrame(turn: Turn, { clientId }: TurnAudience): ServerEvent {
  return {
    type: 'message_start',
    data: {
      conversation_id: turn.conversationId,
      message_id: turn.messageId,
      user_message_id: turn.userMessageId,
      ...called(clientId),
      quota: presentRemaining(turn.quota),
    },
  };
}

export function turnFrame(turn: Turn, event: TurnEvent, { locale, clientId }: TurnAudience): ServerEvent {
  const { conversationId: conversation_id, messageId: message_id } = turn;
  switch (event.type) {
    case 'content': {
      const { content, offset } = event;
      return { type: 'message_content', data: { conversation_id, message_id, content, offset } };
    }
    case 'end': {
      const { message, usage, cost, quota } = event;
      return {
        type: 'message_end',
        data: {
          conversation_id,
          message_id,
          status: message.status,
          finish_reason: message.finishReason,
          usage: presentUsage(usage),
          cost_estimate: cost,
          quota: presentRemaining(quota),
        },
      };
    }
    case 'error':
      return {
        type: 'error',
        data: { error: presentError(event.error, locale), ...called(clientId), conversation_id, message_id },
      };
  }
}

export function called(clientId: string | undefined): { readonly client_id?: string } {
  return clientId === undefined ? {} : { client_id: clientId };
}
