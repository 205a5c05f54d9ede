import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Departures } from '#platform';
import { ConversationThreads } from './conversation-threads';
import { ConversationEntity } from './conversation.entity';
import { Conversations } from './conversations';
import { ConversationsRepository } from './conversations.repository';
import { ConversationNumberEntity } from './numbers/conversation-number.entity';
import { ConversationNumbers } from './numbers/conversation-numbers';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ConversationEntity, ConversationNumberEntity])],
  providers: [
    {
      provide: Symbol('conversations of who leaves'),
      inject: [Departures],
      useFactory: (departures: Departures) => departures.addRemoved('conversations'),
    },
    ConversationNumbers,
    Conversations,
    ConversationsRepository,
    ConversationThreads,
  ],
  exports: [ConversationNumbers, Conversations, ConversationThreads],
})
export class ConversationsModule {}
