import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { AppError, type ErrorKind } from '#kernel';
import { Quota } from '#quota';
import { tellOf } from '../answer/quota-headers';
import type { ActorRequest } from '../auth/access.decorators';
import { HttpErrorFilter } from './http-error.filter';

/** Whoever is kept out, or asks too often, is not to cost a question; a database that is away answers none. */
const UNTOLD: ReadonlySet<ErrorKind> = new Set([
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'database_unavailable',
]);

/** Whoever is refused a turn, or has lost one, is told as well what is left to him. */
@Catch()
export class QuotaOfRefused implements ExceptionFilter {
  constructor(
    private readonly quota: Quota,
    private readonly errors: HttpErrorFilter,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    if (!isUntold(thrown)) await this.tell(host);
    this.errors.catch(thrown, host);
  }

  private async tell(host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const { user } = http.getRequest<ActorRequest>();
    const response = http.getResponse<Response>();
    try {
      const { day } = await this.quota.statusOf(user.userId);
      if (!response.headersSent) tellOf(day.remaining, response);
    } catch {
      // What he was refused for matters more.
    }
  }
}

/** With a reason it is not the guards' refusal, but the turn's. */
function isUntold(error: unknown): boolean {
  return error instanceof AppError && error.reason === undefined && UNTOLD.has(error.kind);
}
