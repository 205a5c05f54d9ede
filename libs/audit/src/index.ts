export { auditActions } from './audit-action';
export type { AuditAction } from './audit-action';
export type { AuditEntry, AuditParty, AuditTarget } from './audit-entry';
export { AuditLog } from './audit-log';
export type { AuditPage, AuditRecord, AuditSearch } from './audit-log';
export { AuditModule } from './audit.module';
