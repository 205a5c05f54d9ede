import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { type Message, Messages } from '#messages';
import type { TurnReader } from '../turn/turn-log';
import { ActiveTurns } from '../writing/active-turns';
import { DistantTurns } from './distant-turns';
import { TurnRevocation } from './turn-revocation';

/** How long it is waited until what came is stored. */
const PATIENCE_MS = 8_000;

@Injectable()
export class TurnStopping {
  constructor(
    private readonly messages: Messages,
    private readonly active: ActiveTurns,
    private readonly distant: DistantTurns,
    private readonly revocation: TurnRevocation,
  ) {}

  /** The answer with what came of it; what is over stays as it is. */
  async stop(actor: Actor, messageId: string): Promise<Message> {
    const message = await this.messages.find(actor, messageId);
    if (message.role !== 'assistant') throw new AppError('not_found');
    const running = this.active.find(messageId);
    if (running !== undefined) {
      running.stop();
      await untilOver(running.log.reader(Number.MAX_SAFE_INTEGER));
    } else if (message.status === 'streaming') {
      const over = untilOver(this.distant.read(actor.userId, message, Number.MAX_SAFE_INTEGER));
      await this.revocation.revoke(message);
      await over;
    } else {
      return message;
    }
    return this.messages.find(actor, messageId);
  }
}

async function untilOver(reader: TurnReader): Promise<void> {
  const patience = setTimeout(() => reader.close(), PATIENCE_MS);
  for await (const { type } of reader) if (type !== 'content') break;
  clearTimeout(patience);
}
