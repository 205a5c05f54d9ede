import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { SHARE_PASSWORD } from '../../edge/rates/http-rates';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';

/** A route that a password may open; guesses are counted by address. */
export const OpenedBySharePassword = (): MethodDecorator =>
  applyDecorators(
    RateLimit('shared'),
    ApiHeader({
      name: 'X-Share-Password',
      required: false,
      schema: { type: 'string', maxLength: 1_000 },
      description: 'Of a link that has one; in UTF-8, or percent-encoded as browsers have to',
    }),
  );

export const SharePassword = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  passwordIn(context.switchToHttp().getRequest()),
);

/** Node reads headers as Latin-1. */
function passwordIn(request: Request): string | undefined {
  const header = request.get(SHARE_PASSWORD);
  if (header === undefined) return undefined;
  const text = Buffer.from(header, 'latin1').toString();
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
