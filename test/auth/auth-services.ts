import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuditLog, AuditModule } from '#audit';
import { AuthModule, Identity, PasswordReset, Profile, Registration, Sessions, SignIn } from '#auth';
import { Clock } from '#kernel';
import {
  AnnouncementsModule,
  type AuthConfig,
  CacheModule,
  DatabaseModule,
  Db,
  Mailer,
  parseDatabaseUrl,
  parseRedisUrl,
  RedisClient,
  requestContext,
} from '#platform';
import { Users, UsersModule } from '#users';
import { migrations } from '../../migrations';
import type { TestClock } from '../harness/test-clock';

export interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The accounts of one process. */
export interface AuthServices {
  readonly audit: AuditLog;
  readonly db: Db;
  readonly identity: Identity;
  readonly passwordReset: PasswordReset;
  readonly profile: Profile;
  readonly redis: RedisClient;
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly users: Users;
  readonly mails: readonly SentMail[];
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

interface AuthServicesOptions {
  readonly databaseUrl: string;
  readonly clock: TestClock;
  readonly redisUrl?: string | undefined;
  readonly config?: Partial<AuthConfig>;
}

const defaults: AuthConfig = {
  tokenKeys: ['a-signing-key-of-at-least-32-bytes!'],
  accessTokenMs: 30 * 60_000,
  refreshTokenMs: 7 * 24 * 3_600_000,
  resetTokenMs: 60 * 60_000,
  rejectCommonPasswords: false,
  firstAdmin: undefined,
};

@Global()
@Module({})
class OutsideModule {
  static of(clock: TestClock, mails: SentMail[]): DynamicModule {
    const mailer = { send: (mail: SentMail) => void mails.push(mail) };
    return {
      module: OutsideModule,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: Mailer, useValue: mailer },
      ],
      exports: [Clock, Mailer],
    };
  }
}

export async function startAuthServices(options: AuthServicesOptions): Promise<AuthServices> {
  const { databaseUrl, clock, redisUrl, config } = options;
  const mails: SentMail[] = [];
  const app = await Test.createTestingModule({
    imports: [
      OutsideModule.of(clock, mails),
      DatabaseModule.forRoot(parseDatabaseUrl(databaseUrl), migrations),
      CacheModule.forRoot(redisUrl === undefined ? undefined : parseRedisUrl(redisUrl)),
      AnnouncementsModule,
      UsersModule,
      AuditModule,
      AuthModule.forRoot({ ...defaults, ...config }),
    ],
  }).compile();
  await app.init();
  const redis = app.get(RedisClient);
  return {
    audit: app.get(AuditLog),
    db: app.get(Db),
    identity: app.get(Identity),
    passwordReset: app.get(PasswordReset),
    profile: app.get(Profile),
    redis,
    registration: app.get(Registration),
    sessions: app.get(Sessions),
    signIn: app.get(SignIn),
    users: app.get(Users),
    mails,
    get: (type) => app.get(type),
    async close() {
      await redis.close();
      await app.close();
    },
  };
}

/** As the edge does it for every request. */
export function asRequest<T>(work: () => T, { ip = '192.0.2.1', userAgent = 'Tests/1.0' } = {}): T {
  return requestContext.run({ requestId: 'a-request', ip, userAgent }, work);
}
