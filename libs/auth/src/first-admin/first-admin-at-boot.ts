import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseConnection, databaseErrorOf } from '#platform';
import { FirstAdmin } from './first-admin';

/** Before the first request; where the database is away, as soon as it is there. */
@Injectable()
export class FirstAdminAtBoot implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstAdminAtBoot.name);

  constructor(
    private readonly firstAdmin: FirstAdmin,
    private readonly connection: DatabaseConnection,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.firstAdmin.ensure();
    } catch (error) {
      if (databaseErrorOf(error) === undefined) throw error;
      void this.ensureLater();
    }
  }

  private async ensureLater(): Promise<void> {
    try {
      await this.connection.whenOpen();
      await this.firstAdmin.ensure();
    } catch (err) {
      this.logger.error({ msg: 'the first admin could not be made; restart to try again', err });
    }
  }
}
