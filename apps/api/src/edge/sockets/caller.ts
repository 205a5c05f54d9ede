import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Application, Request } from 'express';
import { Clock } from '#kernel';
import { type Locale, Locales } from '#platform';
import { addressOf } from '../rates/address-of';

/** What is known of a client by how it knocks. */
export interface Caller {
  readonly ip: string;
  /** As far as limits go. */
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly locale: Locale;
  readonly cameAt: Date;
}

@Injectable()
export class Callers {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly locales: Locales,
    private readonly clock: Clock,
  ) {}

  of(request: IncomingMessage): Caller {
    const { 'user-agent': userAgent, 'accept-language': language } = request.headers;
    // As Express does with every request; it knows which proxies are trusted.
    const { ip = '' } = Object.setPrototypeOf(request, this.express.request) as Request;
    const cameAt = this.clock.date();
    return { ip, address: addressOf({ ip }), userAgent, locale: this.locales.pick(language), cameAt };
  }

  private get express(): Application & { readonly request: object } {
    return this.host.httpAdapter.getInstance();
  }
}
