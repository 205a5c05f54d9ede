import { Module } from '@nestjs/common';
import { StatisticsModule } from '#statistics';
import { AdminAuditLogsController } from './audit-logs.controller';
import { AdminPlansController } from './plans.controller';
import { AdminQuotasController } from './quotas.controller';
import { AdminRolesController } from './roles.controller';
import { AdminStatsController } from './stats.controller';
import { AdminUsageController } from './usage.controller';
import { AdminUsersController } from './users.controller';
import { AdminWebhooksController } from './webhooks.controller';

@Module({
  imports: [StatisticsModule],
  controllers: [
    AdminUsersController,
    AdminQuotasController,
    AdminPlansController,
    AdminUsageController,
    AdminStatsController,
    AdminRolesController,
    AdminAuditLogsController,
    AdminWebhooksController,
  ],
})
export class AdminModule {}
