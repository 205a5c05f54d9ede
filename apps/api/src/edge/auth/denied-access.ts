import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '#audit';
import { Db } from '#platform';
import type { ActorRequest } from './access.decorators';

/** Whoever tries a door that is not for them is remembered. */
@Injectable()
export class DeniedAccess {
  private readonly logger = new Logger(DeniedAccess.name);

  constructor(
    private readonly db: Db,
    private readonly audit: AuditLog,
  ) {}

  async note(request: Partial<ActorRequest>): Promise<void> {
    const actor = request.user && { id: request.user.userId, username: request.user.username };
    if (actor === undefined && request.headers?.authorization === undefined) return;
    const { path } = request.route as { path: string };
    const target = { type: 'route', id: `${request.method} ${path}` };
    try {
      await this.audit.record(this.db, { action: 'auth.access_denied', actor: actor ?? null, target });
    } catch (err) {
      // The refusal stands whether or not it can be written down.
      this.logger.warn({ msg: 'a denied access was not audited', err });
    }
  }
}
