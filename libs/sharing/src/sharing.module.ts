import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#kernel';
import { Db, Departures, HourlySweep } from '#platform';
import { Forks } from './forks';
import { ShareLinks } from './share-links';
import { ShareEntity } from './share.entity';
import { SharedConversations } from './shared-conversations';
import { SharedMessageEntity } from './shared-message.entity';
import { Shares } from './shares';
import { SharesRepository } from './shares.repository';

const services = [Forks, SharedConversations, Shares];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ShareEntity, SharedMessageEntity])],
  providers: [
    ...services,
    ShareLinks,
    SharesRepository,
    {
      provide: Symbol('shares of who leaves'),
      inject: [Departures],
      useFactory: (departures: Departures) => departures.addRemoved('shares'),
    },
    {
      provide: Symbol('expired shares'),
      inject: [Db, SharesRepository, Clock],
      useFactory: (db: Db, shares: SharesRepository, clock: Clock) =>
        new HourlySweep('shares', () => shares.deleteExpired(db, clock.date())),
    },
  ],
  exports: services,
})
export class SharingModule {}
