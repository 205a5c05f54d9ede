import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Db, Departures, HourlySweep } from '#platform';
import { Answers } from './answers';
import { IdempotencyKeyEntity } from './idempotency/idempotency-key.entity';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { MessageChanges } from './message-changes';
import { MessageEntity } from './message.entity';
import { Messages } from './messages';
import { MessagesRepository } from './messages.repository';
import { MessageSearch } from './search/message-search';
import { SearchRepository } from './search/search.repository';
import { ThreadSummary } from './thread-summary';
import { MessageTree } from './tree/message-tree';
import { RememberedGlances } from './tree/remembered-glances';
import { TreeRepository } from './tree/tree.repository';

const services = [Answers, IdempotencyKeys, MessageChanges, Messages, MessageSearch, MessageTree, RememberedGlances];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([MessageEntity, IdempotencyKeyEntity])],
  providers: [
    ...services,
    MessagesRepository,
    SearchRepository,
    ThreadSummary,
    TreeRepository,
    {
      provide: Symbol('messages of who leaves'),
      inject: [Departures],
      useFactory: (departures: Departures) => departures.addRemoved('messages'),
    },
    {
      provide: Symbol('expired keys'),
      inject: [Db, IdempotencyKeys],
      useFactory: (db: Db, keys: IdempotencyKeys) => new HourlySweep('idempotency keys', () => keys.deleteExpired(db)),
    },
  ],
  exports: services,
})
export class MessagesModule {}
