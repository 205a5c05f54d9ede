import { Module } from '@nestjs/common';
import { ForeignDoors } from '../../edge/doors/foreign-doors';
import { IntegerChatController } from './integer-chat.controller';
import { IntegerConversationsController } from './integer-conversations.controller';
import { presentIntegerError } from './integer-error';
import { IntegerUsersController } from './integer-users.controller';

/** The integer-id door, for clients that call conversations by numbers. */
@Module({ controllers: [IntegerUsersController, IntegerConversationsController, IntegerChatController] })
export class IntegerIdModule {
  constructor(doors: ForeignDoors) {
    for (const prefix of ['/api/users', '/api/conversations', '/api/chat']) {
      doors.open({ prefix, presentError: presentIntegerError });
    }
  }
}
