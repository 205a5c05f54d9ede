import { type DynamicModule, Global, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { AuthModule, type Operator } from '#auth';
import { AppError, Clock, SystemClock } from '#kernel';
import {
  AnnouncementsModule,
  CacheModule,
  type Config,
  DatabaseModule,
  errorWords,
  loadConfig,
  Mailer,
  MailModule,
  readEnvironment,
  reasonWords,
  RedisClient,
} from '#platform';
import { UsersModule } from '#users';
import { migrations } from '../../../migrations';

export const operator: Operator = { via: 'cli' };

@Global()
@Module({ providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] })
class AccountsModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AccountsModule,
      imports: [
        DatabaseModule.forRoot(config.database, migrations),
        CacheModule.forRoot(config.redis),
        AnnouncementsModule,
        MailModule.forRoot(config.mail),
        AuditModule,
        UsersModule,
        // The server makes the first admin, not a command that asks for something else.
        AuthModule.forRoot({ ...config.auth, firstAdmin: undefined }),
      ],
    };
  }
}

/** The server's own services on its database; what is refused comes out in words. */
export async function withAccounts(work: (accounts: INestApplicationContext) => Promise<void>): Promise<void> {
  const module = AccountsModule.forRoot(loadConfig(readEnvironment()));
  const accounts = await NestFactory.createApplicationContext(module, {
    abortOnError: false,
    logger: ['error', 'fatal'],
  });
  try {
    await work(accounts);
  } catch (error) {
    throw error instanceof AppError ? new Error(wordsFor(error), { cause: error }) : error;
  } finally {
    await accounts.get(RedisClient).close();
    await accounts.get(Mailer).close();
    await accounts.close();
  }
}

function wordsFor(error: AppError): string {
  if (error.issues.length === 0) return errorWords(error, 'en');
  return error.issues
    .map(({ field, reason, params = {} }) => `${field} ${reasonWords(reason, params, 'en')}`)
    .join('\n');
}
