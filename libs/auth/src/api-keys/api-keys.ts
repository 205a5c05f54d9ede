import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError, Clock, newId, type Scope, scopes } from '#kernel';
import { Db, Transaction } from '#platform';
import { holdActor } from '../identity/hold-actor';
import { IdentityChange } from '../identity/identity-change';
import { partyOf } from '../identity/party-of';
import type { ApiKey, NewApiKey } from './api-key';
import { ApiKeyEntity } from './api-key.entity';

export interface ApiKeyRequest {
  readonly name: string;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly scopes: readonly Scope[];
}

/** So that the list is bounded. */
const MOST = 100;
const PREFIX_LENGTH = 10;

@Injectable()
export class ApiKeys {
  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly change: IdentityChange,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** The newest first. */
  async list(actor: Actor): Promise<readonly ApiKey[]> {
    const rows = await this.db.getRepository(ApiKeyEntity).find({
      where: { userId: actor.userId },
      order: { id: 'DESC' },
    });
    return rows.map(toApiKey);
  }

  async create(actor: Actor, { name, expiresAt, scopes: wanted }: ApiKeyRequest): Promise<NewApiKey> {
    const createdAt = this.clock.date();
    if (expiresAt !== null && expiresAt <= createdAt) {
      throw AppError.invalid({ field: 'expires_at', reason: 'must_be_future' });
    }
    const key = `sk-${randomBytes(32).toString('base64url')}`;
    const row: ApiKeyEntity = {
      id: newId(createdAt.getTime()),
      userId: actor.userId,
      name,
      prefix: key.slice(0, PREFIX_LENGTH),
      keyHash: createHash('sha256').update(key).digest('hex'),
      scopes: scopes.filter((scope) => wanted.includes(scope)),
      expiresAt,
      lastUsedAt: null,
      createdAt,
    };
    await this.transaction.run(async (tx) => {
      await holdActor(tx, actor);
      const held = await tx.getRepository(ApiKeyEntity).countBy({ userId: actor.userId });
      if (held >= MOST) throw new AppError('conflict', { reason: 'too_many_api_keys', params: { max: MOST } });
      await tx.getRepository(ApiKeyEntity).insert({ ...row });
      await this.audit.record(tx, {
        action: 'api_key.created',
        actor: partyOf(actor),
        target: { type: 'api_key', id: row.id },
        details: { name, prefix: row.prefix, scopes: row.scopes, expires_at: expiresAt },
      });
    });
    return { ...toApiKey(row), key };
  }

  async revoke(actor: Actor, keyId: string): Promise<void> {
    const key = { id: keyId.toLowerCase(), userId: actor.userId };
    await this.change.ofCredential(key.id, async (tx) => {
      const { affected } = await tx.getRepository(ApiKeyEntity).delete(key);
      if (affected !== 1) throw new AppError('not_found');
      await this.audit.record(tx, {
        action: 'api_key.revoked',
        actor: partyOf(actor),
        target: { type: 'api_key', id: key.id },
      });
    });
  }
}

function toApiKey({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: ApiKeyEntity): ApiKey {
  return { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt };
}
