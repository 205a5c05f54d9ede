import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { catchError, type Observable } from 'rxjs';
import type { RemainingQuota } from '#chat';
import { AppError } from '#kernel';
import { Quota } from '#quota';
import type { ActorRequest } from '../auth/access.decorators';

export function tellOf({ requests, tokens }: RemainingQuota, response: Response): void {
  if (requests !== null) response.setHeader('X-Quota-Requests-Remaining', requests);
  if (tokens !== null) response.setHeader('X-Quota-Tokens-Remaining', tokens);
}

/** Whoever is refused a turn, or has lost one, is told as well what is left to him. */
@Injectable()
export class QuotaOfRefused implements NestInterceptor {
  constructor(private readonly quota: Quota) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        if (!isAway(error)) await this.tell(context);
        throw error;
      }),
    );
  }

  private async tell(context: ExecutionContext): Promise<void> {
    const http = context.switchToHttp();
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

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.kind === 'database_unavailable';
}
