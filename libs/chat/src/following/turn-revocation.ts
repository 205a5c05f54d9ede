import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '#conversations';
import type { Message } from '#messages';
import { Db } from '#platform';
import { TurnChannels } from './turn-channels';

/** Has another process end what it writes: it is told, and finds its lease taken from it. */
@Injectable()
export class TurnRevocation {
  constructor(
    private readonly db: Db,
    private readonly threads: ConversationThreads,
    private readonly channels: TurnChannels,
  ) {}

  async revoke({ id: messageId, conversationId }: Message): Promise<void> {
    await this.threads.revokeLease(this.db, { id: conversationId, messageId });
    void this.channels.wish({ stop: messageId });
  }
}
