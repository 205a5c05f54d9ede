import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { AuthModule } from '#auth';
import { ChatModule } from '#chat';
import { ConversationsModule } from '#conversations';
import { FilesModule } from '#files';
import { LlmModule } from '#llm';
import { MessagesModule } from '#messages';
import { AnnouncementsModule, CacheModule, type Config, CryptoModule, DatabaseModule, MailModule } from '#platform';
import { QuotaModule } from '#quota';
import { SharingModule } from '#sharing';
import { TransferModule } from '#transfer';
import { UsersModule } from '#users';
import { WebhooksModule } from '#webhooks';
import { migrations } from '../../../migrations';
import { AskModule } from './compat/ask/ask.module';
import { IntegerIdModule } from './compat/integer-id/integer-id.module';
import { OpenAiDoorModule } from './compat/openai/openai-door.module';
import { PlainChatModule } from './compat/plain-chat/plain-chat.module';
import { EdgeModule } from './edge/edge.module';
import { AdminModule } from './http/admin/admin.module';
import { ApiKeysHttpModule } from './http/api-keys/api-keys-http.module';
import { AuthHttpModule } from './http/auth/auth-http.module';
import { ConversationsHttpModule } from './http/conversations/conversations-http.module';
import { FilesHttpModule } from './http/files/files-http.module';
import { HealthModule } from './http/health/health.module';
import { InfoModule } from './http/info/info.module';
import { MessagesHttpModule } from './http/messages/messages-http.module';
import { MetricsModule } from './http/metrics/metrics.module';
import { ModelsModule } from './http/models/models.module';
import { SharingHttpModule } from './http/sharing/sharing-http.module';
import { TransferHttpModule } from './http/transfer/transfer-http.module';
import { UsersHttpModule } from './http/users/users-http.module';
import { ChatGatewayModule } from './realtime/chat-gateway.module';

/** The composition root: the only place that knows all rooms, and the only one that sees the whole configuration. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(config.database, migrations),
        CacheModule.forRoot(config.redis),
        AnnouncementsModule,
        CryptoModule.forRoot(config.encryption),
        LlmModule.forRoot(config.llm),
        EdgeModule.forRoot(config),
        AuditModule,
        UsersModule,
        AuthModule.forRoot(config.auth),
        WebhooksModule.forRoot(config.webhook),
        QuotaModule.forRoot(config.quota),
        ConversationsModule,
        MessagesModule,
        FilesModule.forRoot(config.files),
        SharingModule,
        TransferModule.forRoot({
          directory: config.files.directory,
          maxImportBytes: config.http.maxImportBytes,
        }),
        ChatModule.forRoot({
          ...config.chat,
          maxTokens: config.llm.maxTokens,
          temperature: config.llm.temperature,
        }),
        MailModule.forRoot(config.mail),
        // Express looks for a route from the first to the last: what is asked most comes first.
        MessagesHttpModule,
        ...(config.compat.enabled ? [OpenAiDoorModule] : []),
        AuthHttpModule.forRoot(config.http),
        UsersHttpModule,
        ApiKeysHttpModule,
        ConversationsHttpModule,
        FilesHttpModule,
        SharingHttpModule.forRoot(config.http),
        TransferHttpModule,
        AdminModule,
        HealthModule,
        InfoModule.forRoot({
          environment: config.environment,
          docsEnabled: config.http.docsEnabled,
          compatEnabled: config.compat.enabled,
        }),
        MetricsModule.forRoot(config.http.metricsToken),
        ModelsModule,
        ChatGatewayModule,
        ...(config.compat.enabled ? [PlainChatModule, IntegerIdModule] : []),
        AskModule.forRoot(config),
      ],
    };
  }
}
