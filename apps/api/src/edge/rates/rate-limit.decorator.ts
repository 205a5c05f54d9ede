import { SetMetadata } from '@nestjs/common';

/**
 * What a route counts as: `auth` by address, `login` by address and account and by address alone, `send` and `default`
 * by user (by address without one), `shared` as `default` and, with a password, by address as a login, `edit` as `send` where it asks for an answer and else as `default`, `none` for what
 * operators poll.
 */
export type RateGroup = 'auth' | 'login' | 'send' | 'shared' | 'edit' | 'default' | 'none';

export const RATE_GROUP = Symbol('rate group');

export const RateLimit = (group: RateGroup): MethodDecorator & ClassDecorator => SetMetadata(RATE_GROUP, group);
