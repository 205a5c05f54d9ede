import { Module, type DynamicModule } from '@nestjs/common';
import type { MailConfig } from '../config/config';
import { Mailer } from './mailer';

@Module({})
export class MailModule {
  /** Whoever ends the application closes the Mailer. */
  static forRoot(config: MailConfig): DynamicModule {
    return {
      module: MailModule,
      global: true,
      providers: [{ provide: Mailer, useFactory: () => new Mailer(config) }],
      exports: [Mailer],
    };
  }
}
