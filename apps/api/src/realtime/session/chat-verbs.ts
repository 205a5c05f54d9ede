import { Injectable, type Type } from '@nestjs/common';
import { ChatService, type TurnCommand } from '#chat';
import { type Actor, AppError } from '#kernel';
import { refuseOddKey } from '../../edge/fields/idempotency-key.decorator';
import { createValidationPipe } from '../../edge/fields/validation.pipe';
import { Door } from '../../edge/sockets/door';
import { SocketRates } from '../../edge/sockets/socket-rates';
import {
  AuthenticateRequest,
  ChatMessageRequest,
  clientEvents,
  type ClientEventType,
  PingRequest,
  RegenerateRequest,
  ResumeRequest,
  StopRequest,
} from '../events/client-event.request';
import type { ChatSession, ClientEvent, Verbs } from './chat-session';

type Acknowledge = (data: object) => void;
type Verb = (session: ChatSession, payload: ClientEvent['payload'], acknowledge: Acknowledge) => Promise<void>;

@Injectable()
export class ChatVerbs implements Verbs {
  private readonly pipe = createValidationPipe();
  private readonly verbs: Readonly<Record<ClientEventType, Verb>> = {
    chat_message: async (session, payload, acknowledge) => {
      await this.rates.count('send', raterOf(session));
      const request = await this.read(ChatMessageRequest, payload);
      const { conversation_id: conversationId, parent_id: parentId, idempotency_key: idempotencyKey } = request;
      if (idempotencyKey !== undefined) refuseOddKey(idempotencyKey, 'idempotency_key');
      const { content, attachments, model, temperature, max_tokens: maxTokens, client_id: clientId } = request;
      const message = { conversationId, content, attachments, parentId, idempotencyKey, mayBeCached: false };
      await this.begin(session, { kind: 'send', ...message, model, temperature, maxTokens }, clientId, acknowledge);
    },
    regenerate: async (session, payload, acknowledge) => {
      await this.rates.count('send', raterOf(session));
      const request = await this.read(RegenerateRequest, payload);
      const { message_id: messageId, model, temperature, max_tokens: maxTokens, client_id: clientId } = request;
      const command = { kind: 'regenerate', messageId, model, temperature, maxTokens } as const;
      await this.begin(session, command, clientId, acknowledge);
    },
    stop: async (session, payload, acknowledge) => {
      await this.rates.count('default', raterOf(session));
      const { message_id: messageId } = await this.read(StopRequest, payload);
      await this.stopTurn(session.actor, messageId);
      acknowledge({ message_id: messageId });
      session.followEnd(await this.chat.followTurn(session.actor, messageId));
    },
    resume: async (session, payload, acknowledge) => {
      await this.rates.count('default', raterOf(session));
      const { message_id: messageId, offset, client_id: clientId } = await this.read(ResumeRequest, payload);
      const turn = await this.chat.followTurn(session.actor, messageId);
      acknowledge({ user_message_id: turn.userMessageId, message_id: messageId });
      session.follow(turn, { offset, clientId, isOwn: false });
    },
    authenticate: async (session, payload, acknowledge) => {
      await this.rates.count('default', raterOf(session));
      const { token } = await this.read(AuthenticateRequest, payload);
      const guest = await this.door.identify(token);
      if (guest.actor.userId !== session.actor.userId) throw new AppError('forbidden');
      session.renew(guest);
      acknowledge({ expires_at: guest.expiresAt === null ? null : new Date(guest.expiresAt).toISOString() });
    },
    ping: async (session, payload, acknowledge) => {
      await this.read(PingRequest, payload);
      acknowledge({});
      session.tell({ type: 'pong', data: {} });
    },
  };

  constructor(
    private readonly chat: ChatService,
    private readonly door: Door,
    private readonly rates: SocketRates,
  ) {}

  perform(session: ChatSession, { type, payload }: ClientEvent, acknowledge: Acknowledge): Promise<void> {
    if (!isKnown(type)) {
      const choices = Object.keys(clientEvents).join(', ');
      throw AppError.invalid({ field: 'type', reason: 'must_be_one_of', params: { choices } });
    }
    return this.verbs[type](session, payload, acknowledge);
  }

  async stopTurn(actor: Actor, messageId: string): Promise<void> {
    await this.chat.stopTurn(actor, messageId);
  }

  private async begin(
    session: ChatSession,
    command: TurnCommand,
    clientId: string | undefined,
    acknowledge: Acknowledge,
  ): Promise<void> {
    const turn = await this.chat.openTurn(session.actor, command, session.gone);
    acknowledge({ user_message_id: turn.userMessageId, message_id: turn.messageId });
    session.follow(turn, { offset: 0, clientId, isOwn: turn.isNew });
  }

  private async read<T>(request: Type<T>, payload: ClientEvent['payload']): Promise<T> {
    return (await this.pipe.transform(payload, { type: 'body', metatype: request })) as T;
  }
}

function isKnown(type: string): type is ClientEventType {
  return Object.hasOwn(clientEvents, type);
}

function raterOf({ actor, caller }: ChatSession) {
  return { user: actor, ip: caller.ip };
}
