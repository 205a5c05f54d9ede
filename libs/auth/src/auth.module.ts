import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#kernel';
import { type AuthConfig, Db, Departures, HourlySweep, Transaction } from '#platform';
import { Users } from '#users';
import { AccountTransaction } from './administration/account-transaction';
import { NewAccounts } from './administration/new-accounts';
import { OperatorAccounts } from './administration/operator-accounts';
import { UserAdministration } from './administration/user-administration';
import { UserDirectory } from './administration/user-directory';
import { ApiKeyEntity } from './api-keys/api-key.entity';
import { ApiKeys } from './api-keys/api-keys';
import { FirstAdmin } from './first-admin/first-admin';
import { FirstAdminAtBoot } from './first-admin/first-admin-at-boot';
import { Identity } from './identity/identity';
import { IdentityCache } from './identity/identity-cache';
import { IdentityChange } from './identity/identity-change';
import { IdentityRepository } from './identity/identity.repository';
import { PasswordResetEntity } from './password-reset/password-reset.entity';
import { PasswordReset } from './password-reset/password-reset';
import { ResetRequests } from './password-reset/reset-requests';
import { ResetTokens } from './password-reset/reset-tokens';
import { PasswordHasher } from './passwords/password-hasher';
import { AccountDeletion } from './profile/account-deletion';
import { Profile } from './profile/profile';
import { Registration } from './registration/registration';
import { LastAdmin } from './roles/last-admin';
import { RoleEntity } from './roles/role.entity';
import { Roles } from './roles/roles';
import { UserRoleEntity } from './roles/user-role.entity';
import { UserRoles } from './roles/user-roles';
import { SessionEndings } from './sessions/session-endings';
import { SessionTokens } from './sessions/session-tokens';
import { SessionEntity } from './sessions/session.entity';
import { Sessions } from './sessions/sessions';
import { SessionsRepository } from './sessions/sessions.repository';
import { NewPassword } from './sign-in/new-password';
import { PasswordCheck } from './sign-in/password-check';
import { SignIn } from './sign-in/sign-in';
import { Tokens } from './tokens/tokens';

const entities = [ApiKeyEntity, PasswordResetEntity, RoleEntity, SessionEntity, UserRoleEntity];

@Module({})
export class AuthModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      imports: [TypeOrmModule.forFeature(entities)],
      providers: [
        { provide: Tokens, useFactory: (clock: Clock) => new Tokens(config, clock), inject: [Clock] },
        {
          provide: ResetTokens,
          useFactory: (db: Db, users: Users, clock: Clock) => new ResetTokens(config, db, users, clock),
          inject: [Db, Users, Clock],
        },
        {
          provide: NewPassword,
          useFactory: (hasher: PasswordHasher, users: Users, sessions: SessionsRepository, resets: ResetTokens) =>
            new NewPassword(config, hasher, users, sessions, resets),
          inject: [PasswordHasher, Users, SessionsRepository, ResetTokens],
        },
        {
          provide: FirstAdmin,
          useFactory: (transaction: Transaction, lastAdmin: LastAdmin, newAccounts: NewAccounts) =>
            new FirstAdmin(config, transaction, lastAdmin, newAccounts),
          inject: [Transaction, LastAdmin, NewAccounts],
        },
        {
          provide: Symbol('expired sessions'),
          inject: [Db, SessionsRepository, Clock],
          useFactory: (db: Db, sessions: SessionsRepository, clock: Clock) =>
            new HourlySweep('sessions', () => sessions.deleteExpired(db, clock.date())),
        },
        AccountTransaction,
        {
          provide: Symbol('accounts that end'),
          inject: [Departures],
          useFactory: (departures: Departures) => departures.addRemoved('sessions', 'api_keys'),
        },
        AccountDeletion,
        ApiKeys,
        FirstAdminAtBoot,
        Identity,
        IdentityCache,
        IdentityChange,
        IdentityRepository,
        LastAdmin,
        NewAccounts,
        OperatorAccounts,
        PasswordCheck,
        PasswordHasher,
        PasswordReset,
        Profile,
        Registration,
        ResetRequests,
        Roles,
        SessionEndings,
        SessionTokens,
        Sessions,
        SessionsRepository,
        SignIn,
        UserAdministration,
        UserDirectory,
        UserRoles,
      ],
      exports: [
        AccountDeletion,
        ApiKeys,
        Identity,
        OperatorAccounts,
        PasswordHasher,
        PasswordReset,
        Profile,
        Registration,
        Roles,
        Sessions,
        SignIn,
        UserAdministration,
        UserDirectory,
        UserRoles,
      ],
    };
  }
}
