import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Identity } from '#auth';
import type { Actor } from '#kernel';

export const BEARER = 'bearer';

/** The credential of a request, or null. */
export const bearerIn = ExtractJwt.fromAuthHeaderAsBearerToken();

/**
 * Passport proves the signature before anything is looked up; what a token is still good for is for `Identity` to say,
 * here as on every other transport, and so is the time, which comes from our clock.
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor(private readonly identity: Identity) {
    super({
      jwtFromRequest: bearerIn,
      algorithms: ['HS256'],
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
      passReqToCallback: true,
      secretOrKeyProvider: (_request: Request, token: string, done: (error: unknown, key?: never) => void) => {
        const key = identity.keyFor(token);
        // The types know no KeyObject, which is fifty times quicker than a string.
        if (key === undefined) done(new Error('no key of ours'));
        else done(null, key as never);
      },
    });
  }

  validate(request: Request): Promise<Actor> {
    return this.identity.actorOf(bearerIn(request) ?? '');
  }
}
