import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { type Message, Messages } from '#messages';
import { Quota } from '#quota';
import type { Turn } from '../turn/turn';
import { remainingOf } from '../turn/turn-event';
import { TurnLog } from '../turn/turn-log';
import { ActiveTurns } from '../writing/active-turns';
import { DistantTurns } from './distant-turns';
import { FinishedTurns } from './finished-turns';

/** An answer from where it is: from who writes it, here or elsewhere, or from the database when it is over. */
@Injectable()
export class TurnFollowing {
  constructor(
    private readonly messages: Messages,
    private readonly quota: Quota,
    private readonly active: ActiveTurns,
    private readonly distant: DistantTurns,
    private readonly finished: FinishedTurns,
  ) {}

  async follow(actor: Actor, messageId: string): Promise<Turn> {
    const message = await this.messages.find(actor, messageId);
    if (message.role !== 'assistant') throw new AppError('not_found');
    const [read, quota] = await Promise.all([this.readerOf(actor, message), this.quota.statusOf(actor.userId)]);
    return {
      conversationId: message.conversationId,
      messageId,
      userMessageId: message.parentId,
      userMessage: null,
      isNew: false,
      quota: remainingOf(quota),
      cache: undefined,
      read,
    };
  }

  private async readerOf(actor: Actor, found: Message): Promise<Turn['read']> {
    const running = this.active.find(found.id);
    if (running !== undefined) return (offset) => running.log.reader(offset);
    // One that streams may have ended here since it was found.
    const message = found.status === 'streaming' ? await this.messages.find(actor, found.id) : found;
    if (message.status === 'streaming') return (offset) => this.distant.read(actor.userId, message, offset);
    const log = new TurnLog();
    log.append(message.content);
    log.finish(await this.finished.endOf(actor.userId, message));
    return (offset) => log.reader(offset);
  }
}
