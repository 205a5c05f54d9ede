import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Conversations } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { Messages } from '#messages';
import { type Announcement, Announcements, type Told } from '#platform';
import { Quota } from '#quota';
import { presentConversationDetails } from '../../edge/presenters/conversation.response';
import { presentMessage } from '../../edge/presenters/message.response';
import { presentQuota } from '../../edge/presenters/quota.response';
import type { ServerEvent } from '../events/server-event.response';
import type { ChatSession } from './chat-session';
import { OpenSockets } from './open-sockets';

/** Of one user. */
interface ToldOfUser extends Told {
  readonly userId: string;
}

/** Shows all sockets of a user what has changed, as REST would show it. */
@Injectable()
export class Pushes implements OnApplicationBootstrap {
  private readonly logger = new Logger(Pushes.name);
  /** By user, so that each hears of his changes in their order. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly announcements: Announcements,
    private readonly sockets: OpenSockets,
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly quota: Quota,
  ) {}

  onApplicationBootstrap(): void {
    this.announcements.onTold(({ userId, ...told }) => {
      void (userId === null ? this.pushToEveryone(told) : this.pushInOrder({ userId, ...told }));
    });
  }

  /** One user after the other: so many questions at once would keep others from theirs. */
  private async pushToEveryone(told: Omit<Told, 'userId'>): Promise<void> {
    for (const userId of this.sockets.users()) await this.pushInOrder({ userId, ...told });
  }

  private async pushInOrder(told: ToldOfUser): Promise<void> {
    const { userId } = told;
    if (this.listenersOf(told).length === 0) return;
    const last = (this.running.get(userId) ?? Promise.resolve()).then(() => this.push(told));
    this.running.set(userId, last);
    await last;
    if (this.running.get(userId) === last) this.running.delete(userId);
  }

  private async push(told: ToldOfUser): Promise<void> {
    for (const announcement of told.announcements) {
      const [listener] = this.listenersOf(told);
      if (listener === undefined) return;
      try {
        const event = await this.eventOf(listener.actor, announcement);
        for (const session of this.listenersOf(told)) session.tell(event);
      } catch (err) {
        // What is gone again by now will be told as well.
        if (err instanceof AppError && err.kind === 'not_found') continue;
        this.logger.warn({ msg: 'a change was not pushed', kind: announcement.kind, err });
      }
    }
  }

  private listenersOf({ userId, exceptSocketId }: ToldOfUser): ChatSession[] {
    return [...this.sockets.of(userId)].filter(({ id, actor }) => id !== exceptSocketId && mayRead(actor));
  }

  private async eventOf(actor: Actor, announcement: Announcement): Promise<ServerEvent> {
    switch (announcement.kind) {
      case 'message_created':
      case 'message_updated': {
        const { kind, messageId, conversationId } = announcement;
        const message = presentMessage(await this.messages.find(actor, messageId));
        return { type: kind, data: { conversation_id: conversationId, message_id: messageId, message } };
      }
      case 'message_deleted': {
        const { kind, messageId, conversationId } = announcement;
        return { type: kind, data: { conversation_id: conversationId, message_id: messageId } };
      }
      case 'conversation_created':
      case 'conversation_updated': {
        const { kind, conversationId } = announcement;
        const conversation = presentConversationDetails(await this.conversations.find(actor, conversationId));
        return { type: kind, data: { conversation_id: conversationId, conversation } };
      }
      case 'conversation_deleted':
        return { type: announcement.kind, data: { conversation_id: announcement.conversationId } };
      case 'quota_updated':
        return { type: announcement.kind, data: { quota: presentQuota(await this.quota.statusOf(actor.userId)) } };
      case 'quota_alert': {
        const { resetsAt, ...alert } = announcement.alert;
        return { type: announcement.kind, data: { ...alert, resets_at: resetsAt } };
      }
    }
  }
}

function mayRead({ credential }: Actor): boolean {
  return credential.kind === 'session' || credential.scopes.has('read');
}
