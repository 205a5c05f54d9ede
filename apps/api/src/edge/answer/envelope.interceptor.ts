import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { NEVER, type Observable, of, switchMap } from 'rxjs';
import { Clock } from '#kernel';
import { Locales, type SuccessKey, successWords } from '#platform';
import { SUCCESS_KEY } from '../docs/api-route.decorator';
import { RAW_RESPONSE } from './raw-response.decorator';
import { STREAMED } from './streamed';

@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly clock: Clock,
    private readonly locales: Locales,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    if (context.getType() !== 'http') return next.handle();
    const isRaw = this.reflector.get<boolean>(RAW_RESPONSE, handler);
    // Nest would answer with whatever came.
    return next.handle().pipe(
      switchMap((data: unknown) => {
        if (data === STREAMED) return NEVER;
        return of(isRaw ? data : this.enveloped(data, context));
      }),
    );
  }

  private enveloped(data: unknown, context: ExecutionContext): object {
    const key = this.reflector.get<SuccessKey | undefined>(SUCCESS_KEY, context.getHandler()) ?? 'ok';
    const locale = this.locales.pick(context.switchToHttp().getRequest<Request>().headers['accept-language']);
    return { success: true, data, message: successWords(key, locale), timestamp: this.clock.date().toISOString() };
  }
}
