import { Module } from '@nestjs/common';
import { errorCatalogue } from '#kernel';
import { ForeignDoors } from '../../edge/doors/foreign-doors';
import { PLAIN_CHAT, PlainChatController } from './plain-chat.controller';
import { presentPlainError } from './plain-error';

/** The plain chat door: one address to talk to, answers without an envelope. */
@Module({ controllers: [PlainChatController] })
export class PlainChatModule {
  constructor(doors: ForeignDoors) {
    doors.open({
      prefix: `/${PLAIN_CHAT}`,
      presentError: (error, locale) => ({
        status: errorCatalogue[error.kind].http,
        body: presentPlainError(error, locale),
      }),
    });
  }
}
