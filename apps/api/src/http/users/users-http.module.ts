import { Module } from '@nestjs/common';
import { MeController } from './me.controller';
import { QuotaController } from './quota.controller';
import { UsageController } from './usage.controller';

@Module({ controllers: [MeController, QuotaController, UsageController] })
export class UsersHttpModule {}
