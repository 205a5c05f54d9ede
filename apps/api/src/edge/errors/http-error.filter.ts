import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError, Clock, errorCatalogue } from '#kernel';
import { type Locale, Locales, requestContext } from '#platform';
import { CallerLeft } from '../answer/caller-left';
import { type ForeignError, ForeignDoors } from '../doors/foreign-doors';
import { AllowedMethods } from './allowed-methods';
import { presentError } from './error-body';
import { toAppError } from './to-app-error';

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(HttpErrorFilter.name);

  constructor(
    private readonly clock: Clock,
    private readonly locales: Locales,
    private readonly allowedMethods: AllowedMethods,
    private readonly doors: ForeignDoors,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (thrown instanceof CallerLeft) return;
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = this.routeFirst(toAppError(thrown), request, response);
    this.log(error);
    if (response.headersSent) {
      // Half an answer is on its way: only a cut connection tells the client that it is not whole.
      response.destroy();
      return;
    }
    if (error.retryAfter !== undefined) response.setHeader('Retry-After', error.retryAfter);
    // HTTP wants each 401 to say what would do.
    if (error.kind === 'unauthenticated') {
      response.setHeader('WWW-Authenticate', error.reason === 'share_password' ? 'Share-Password' : 'Bearer');
    }
    const { status, body, headers = {} } = this.answerTo(request, error);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.status(status).json(body);
  }

  private answerTo({ path, headers }: Request, error: AppError): ForeignError {
    const locale = this.locales.pick(headers['accept-language']);
    return this.doors.at(path)?.presentError(error, locale, path) ?? this.enveloped(error, locale);
  }

  private enveloped(error: AppError, locale: Locale): ForeignError {
    return {
      status: errorCatalogue[error.kind].http,
      body: {
        success: false,
        error: presentError(error, locale),
        timestamp: this.clock.date().toISOString(),
        request_id: requestContext.current()?.requestId,
      },
    };
  }

  /** A body is read before there is a route; that there is none, or none for the method, is said before what is wrong with it. */
  private routeFirst(error: AppError, request: Request, response: Response): AppError {
    if (isRouted(request) || error.kind === 'internal' || error.reason === 'path_not_utf8') return error;
    const allowed = this.allowedMethods.of(request.path);
    if (allowed.length === 0) return new AppError('not_found');
    if (allowed.includes(request.method)) return error;
    response.setHeader('Allow', allowed.join(', '));
    return new AppError('method_not_allowed');
  }

  private log(error: AppError): void {
    const { http } = errorCatalogue[error.kind];
    if (error.kind === 'internal') this.logger.error({ msg: 'unexpected failure', err: error.cause });
    else if (http >= 500) this.logger.warn({ msg: 'answered with a failure', code: error.code, err: error.cause });
  }
}

/** Express gives a HEAD every route of its path, also one that knows no GET. */
function isRouted({ route, method }: Request): boolean {
  const { methods } = (route ?? {}) as { readonly methods?: Readonly<Record<string, boolean>> };
  return methods !== undefined && (method !== 'HEAD' || methods['get'] === true || methods['_all'] === true);
}
