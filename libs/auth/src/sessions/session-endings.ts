import { Injectable } from '@nestjs/common';
import { type AuditAction, AuditLog, type AuditRecord } from '#audit';
import { Users } from '#users';
import { IdentityChange } from '../identity/identity-change';
import { SessionsRepository } from './sessions.repository';

export interface SessionKey {
  readonly id: string;
  readonly userId: string;
}

/** Ends sessions and tells why, in one transaction; their tokens are dead when it returns. */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly change: IdentityChange,
    private readonly repository: SessionsRepository,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /** False, and nothing told, where the user has no such session. */
  end({ id, userId }: SessionKey, record: AuditRecord): Promise<boolean> {
    return this.change.ofCredential(id, async (tx) => {
      const ended = await this.repository.delete(tx, { id, userId });
      if (ended) await this.audit.record(tx, record);
      return ended;
    });
  }

  /** By whoever holds its token. */
  endByOwner({ id, userId }: SessionKey, action: AuditAction): Promise<boolean> {
    return this.change.ofCredential(id, async (tx) => {
      const ended = await this.repository.delete(tx, { id, userId });
      if (ended) {
        const actor = await this.users.find(tx, userId);
        await this.audit.record(tx, { action, actor, target: { type: 'session', id } });
      }
      return ended;
    });
  }

  endAllOf(userId: string, record: AuditRecord): Promise<void> {
    return this.change.ofUser(userId, async (tx) => {
      await this.repository.deleteAllOf(tx, userId);
      await this.audit.record(tx, record);
    });
  }
}
