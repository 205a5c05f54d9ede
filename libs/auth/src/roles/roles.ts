import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError, Clock, isLabel, type Permission, permissions } from '#kernel';
import { Db, isUniqueViolation, type Tx } from '#platform';
import { foldName } from '#users';
import { refuseBeyondOwn } from '../administration/administrator';
import { IdentityChange } from '../identity/identity-change';
import { partyOf } from '../identity/party-of';
import { lockRoles } from './lock-roles';
import { ADMIN_ROLE, type Role } from './role';
import { RoleEntity } from './role.entity';

@Injectable()
export class Roles {
  constructor(
    private readonly db: Db,
    private readonly change: IdentityChange,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** By name. */
  async list(): Promise<readonly Role[]> {
    const rows = await this.db.getRepository(RoleEntity).find({ order: { name: 'ASC' } });
    return rows.map(toRole);
  }

  /** A name that reads as one that exists exists. */
  async create(actor: Actor, name: string, wanted: readonly Permission[]): Promise<Role> {
    if (!isLabel(name)) throw AppError.invalid({ field: 'name', reason: 'label_characters' });
    refuseBeyondOwn(actor, wanted);
    return this.change.ofEveryone(async (tx) => {
      await lockRoles(tx);
      const now = this.clock.date();
      const row = { name, permissions: inOrder(wanted), builtIn: false, createdAt: now, updatedAt: now };
      const names = (await tx.getRepository(RoleEntity).find()).map((role) => foldName(role.name));
      if (names.includes(foldName(name))) throw nameExists();
      await insert(tx, row);
      await this.record(tx, actor, 'role.created', name, { permissions: row.permissions });
      return row;
    });
  }

  async update(actor: Actor, name: string, wanted: readonly Permission[]): Promise<Role> {
    return this.change.ofEveryone(async (tx) => {
      const before = await changeable(tx, name);
      refuseBeyondOwn(
        actor,
        permissions.filter((each) => before.permissions.includes(each) !== wanted.includes(each)),
      );
      const after = { ...before, permissions: inOrder(wanted), updatedAt: this.clock.date() };
      await tx
        .getRepository(RoleEntity)
        .update({ name }, { permissions: after.permissions, updatedAt: after.updatedAt });
      await this.record(tx, actor, 'role.updated', name, {
        before: { permissions: before.permissions },
        after: { permissions: after.permissions },
      });
      return after;
    });
  }

  /** Taken away from all who have it. */
  async delete(actor: Actor, name: string): Promise<void> {
    await this.change.ofEveryone(async (tx) => {
      const { permissions } = await changeable(tx, name);
      refuseBeyondOwn(actor, permissions);
      await tx.getRepository(RoleEntity).delete({ name });
      await this.record(tx, actor, 'role.deleted', name, { permissions });
    });
  }

  private record(
    tx: Tx,
    actor: Actor,
    action: 'role.created' | 'role.updated' | 'role.deleted',
    name: string,
    details: object,
  ): Promise<void> {
    return this.audit.record(tx, { action, actor: partyOf(actor), target: { type: 'role', id: name }, details });
  }
}

async function insert(tx: Tx, row: RoleEntity): Promise<void> {
  try {
    await tx.getRepository(RoleEntity).insert({ ...row });
  } catch (error) {
    throw isUniqueViolation(error) ? nameExists() : error;
  }
}

/** Nobody else changes it before this transaction ends. */
async function changeable(tx: Tx, name: string): Promise<RoleEntity> {
  const query = tx.getRepository(RoleEntity).createQueryBuilder('role').where('role.name = :name', { name });
  if (tx.engine !== 'sqlite') query.setLock('pessimistic_write');
  const row = await query.getOne();
  if (row === null) throw new AppError('not_found');
  if (row.builtIn) throw new AppError('conflict', { reason: 'built_in' });
  return row;
}

function nameExists(): AppError {
  return new AppError('conflict', { reason: 'name_exists' });
}

function toRole(row: RoleEntity): Role {
  return row.name === ADMIN_ROLE ? { ...row, permissions } : row;
}

/** Of the list, and each once. */
function inOrder(wanted: readonly Permission[]): Permission[] {
  return permissions.filter((permission) => wanted.includes(permission));
}
