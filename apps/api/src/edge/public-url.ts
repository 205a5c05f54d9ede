import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';

export const PUBLIC_URL = Symbol('public url');

/** Where people reach this installation. In production it is configured wherever a link leaves by mail. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(PUBLIC_URL) private readonly configured: string | null) {}

  of(request: Request): string {
    return this.configured ?? `${request.protocol}://${request.host}`;
  }
}
