import { Injectable } from '@nestjs/common';
import type { Message } from '#messages';
import { Announcements } from '#platform';
import type { OpenedTurn } from '../opening/turn-opening';

interface Ended {
  readonly userId: string;
  readonly conversationId: string;
  readonly messageId: string;
}

/** What other devices of the user hear of a turn. */
@Injectable()
export class TurnAnnouncements {
  constructor(private readonly announcements: Announcements) {}

  opened({ actor, conversationId, userMessage, answer }: OpenedTurn): void {
    const created = [userMessage, answer].filter((message) => message !== null);
    this.announcements.tell(
      actor.userId,
      ...created.map(({ id }) => ({ kind: 'message_created', messageId: id, conversationId }) as const),
      { kind: 'conversation_updated', conversationId },
      { kind: 'quota_updated' },
    );
  }

  noted(userId: string, { id, conversationId }: Message): void {
    this.announcements.tell(
      userId,
      { kind: 'message_created', messageId: id, conversationId },
      { kind: 'conversation_updated', conversationId },
    );
  }

  ended({ userId, conversationId, messageId }: Ended): void {
    this.announcements.tell(
      userId,
      { kind: 'message_updated', messageId, conversationId },
      { kind: 'conversation_updated', conversationId },
      { kind: 'quota_updated' },
    );
  }
}
