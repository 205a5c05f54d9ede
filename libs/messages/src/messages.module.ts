import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Db, HourlySweep } from '#platform';
import { Answers } from './answers';
import { IdempotencyKeyEntity } from './idempotency/idempotency-key.entity';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { MessageChanges } from './message-changes';
import { MessageEntity } from './message.entity';
import { Messages } from './messages';
import { MessagesRepository } from './messages.repository';
import { ThreadSummary } from './thread-summary';
import { MessageTree } from './tree/message-tree';
import { TreeRepository } from './tree/tree.repository';

const services = [Answers, IdempotencyKeys, MessageChanges, Messages, MessageTree];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([MessageEntity, IdempotencyKeyEntity])],
  providers: [
    ...services,
    MessagesRepository,
    ThreadSummary,
    TreeRepository,
    {
      provide: Symbol('expired keys'),
      inject: [Db, IdempotencyKeys],
      useFactory: (db: Db, keys: IdempotencyKeys) => new HourlySweep('idempotency keys', () => keys.deleteExpired(db)),
    },
  ],
  exports: services,
})
export class MessagesModule {}
