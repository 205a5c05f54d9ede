import { Module } from '@nestjs/common';
import { MeController } from './me.controller';
import { QuotaController } from './quota.controller';

@Module({ controllers: [MeController, QuotaController] })
export class UsersHttpModule {}
