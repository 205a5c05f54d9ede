import { Module } from '@nestjs/common';
import { ActivityRepository } from './activity.repository';
import { Statistics } from './statistics';

@Module({ providers: [ActivityRepository, Statistics], exports: [Statistics] })
export class StatisticsModule {}
