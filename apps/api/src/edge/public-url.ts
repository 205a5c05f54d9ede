import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '#kernel';

export const PUBLIC_URL = Symbol('public url');

/** A name or an address, and a port. */
const HOST = /^(?:[\w-][\w.-]*|\[[\da-f:.]+\])(?::\d+)?$/i;

/** Where people reach this installation. In production it is configured wherever a link leaves by mail. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(PUBLIC_URL) private readonly configured: string | null) {}

  of(request: Request): string {
    return this.configured ?? originOf(request);
  }
}

/** Where the caller says that it is, in a header that may hold anything. */
function originOf({ protocol, host }: Request): string {
  if (!HOST.test(host ?? '')) throw new AppError('malformed');
  return `${protocol}://${host}`;
}
