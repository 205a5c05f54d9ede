import { Module } from '@nestjs/common';
import { AccountExportController } from './account-export.controller';
import { TransferController } from './transfer.controller';

@Module({ controllers: [AccountExportController, TransferController] })
export class TransferHttpModule {}
