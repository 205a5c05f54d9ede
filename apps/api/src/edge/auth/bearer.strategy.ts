import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Actor } from '#kernel';
import type { ActorRequest } from './access.decorators';

export const BEARER = 'bearer';

/** The credential of a request, or null. */
export function bearerIn({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  return bearerOf(headers.authorization);
}

/** One, and nothing beside it. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/**
 * Passport proves the signature before anything is looked up; what a token is still good for is for `Identity` to say,
 * here as on every other transport, and so is the time, which comes from our clock.
 *
 * Passport keeps one strategy for the whole process, so it is the request that tells whose `Identity` to ask.
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor() {
    super({
      jwtFromRequest: bearerIn,
      algorithms: ['HS256'],
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
      passReqToCallback: true,
      secretOrKeyProvider: ({ identity }: ActorRequest, token: string, done: (error: unknown, key?: never) => void) => {
        const key = identity.keyFor(token);
        if (key === undefined) return done(new Error('no key of ours'));
        try {
          // The types know no KeyObject, which is fifty times quicker than a string.
          done(null, key as never);
        } catch (fault) {
          // jsonwebtoken throws where the claims are null.
          done(fault);
        }
      },
    });
  }

  validate(request: ActorRequest): Promise<Actor> {
    return request.identity.actorOf(bearerIn(request) ?? '');
  }
}
