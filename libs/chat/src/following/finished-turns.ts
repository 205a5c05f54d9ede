import { Injectable } from '@nestjs/common';
import type { Message } from '#messages';
import { Quota } from '#quota';
import { remainingOf, type TurnEnd } from '../turn/turn-event';

const FREE = { usage: { promptTokens: 0, completionTokens: 0 }, cost: 0 };

/** How a turn ended, as the tables tell it. */
@Injectable()
export class FinishedTurns {
  constructor(private readonly quota: Quota) {}

  async endOf(userId: string, message: Message): Promise<TurnEnd> {
    const [charge, status] = await Promise.all([this.quota.chargeOf(message.id), this.quota.statusOf(userId)]);
    return { type: 'end', message, ...(charge ?? FREE), quota: remainingOf(status) };
  }
}
