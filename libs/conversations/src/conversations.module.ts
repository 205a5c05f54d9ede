import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConversationThreads } from './conversation-threads';
import { ConversationEntity } from './conversation.entity';
import { Conversations } from './conversations';
import { ConversationsRepository } from './conversations.repository';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ConversationEntity])],
  providers: [Conversations, ConversationsRepository, ConversationThreads],
  exports: [Conversations, ConversationThreads],
})
export class ConversationsModule {}
