import { Module } from '@nestjs/common';
import { AdminAuditLogsController } from './audit-logs.controller';
import { AdminRolesController } from './roles.controller';
import { AdminUsersController } from './users.controller';

@Module({ controllers: [AdminUsersController, AdminRolesController, AdminAuditLogsController] })
export class AdminModule {}
