import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountExport } from './exporting/account-export';
import { ConversationExport } from './exporting/conversation-export';
import { ImportedConversationEntity } from './imported-conversation.entity';
import { AttachmentIntake } from './importing/attachment-intake';
import { Imports } from './importing/imports';
import { ImportsRepository } from './importing/imports.repository';
import { KnownConversations } from './importing/known-conversations';
import { Planting } from './importing/planting';
import { TRANSFER_CONFIG, type TransferConfig } from './transfer-config';

@Module({})
export class TransferModule {
  static forRoot(config: TransferConfig): DynamicModule {
    return {
      module: TransferModule,
      global: true,
      imports: [TypeOrmModule.forFeature([ImportedConversationEntity])],
      providers: [
        { provide: TRANSFER_CONFIG, useValue: config },
        AccountExport,
        ConversationExport,
        AttachmentIntake,
        Imports,
        ImportsRepository,
        KnownConversations,
        Planting,
      ],
      exports: [AccountExport, ConversationExport, Imports],
    };
  }
}
