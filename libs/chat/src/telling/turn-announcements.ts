import { Injectable } from '@nestjs/common';
import type { Message } from '#messages';
import { Announcements } from '#platform';
import { QuotaAlerts, type QuotaStatus } from '#quota';
import type { OpenedTurn } from '../opening/opened-turn';

interface Ended {
  readonly userId: string;
  readonly conversationId: string;
  readonly messageId: string;
}

/** What other devices of the user hear of a turn. */
@Injectable()
export class TurnAnnouncements {
  constructor(
    private readonly announcements: Announcements,
    private readonly alerts: QuotaAlerts,
  ) {}

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

  /** With how the user stands then, where that is known. */
  ended({ userId, conversationId, messageId }: Ended, quota?: QuotaStatus): void {
    this.announcements.tell(
      userId,
      { kind: 'message_updated', messageId, conversationId },
      { kind: 'conversation_updated', conversationId },
      { kind: 'quota_updated' },
    );
    void this.alerts.look(userId, quota);
  }
}
