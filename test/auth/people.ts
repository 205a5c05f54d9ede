import { type Operator, UserAdministration } from '#auth';
import type { Actor } from '#kernel';
import type { AuthServices } from './auth-services';

export interface Person {
  readonly id: string;
  readonly accessToken: string;
  readonly actor: Actor;
}

const operator: Operator = { via: 'cli' };

/** Someone who has signed up, been given `roles`, and is here to act. */
export async function signUp(services: AuthServices, username: string, roles?: readonly string[]): Promise<Person> {
  const { user, tokens } = await services.registration.register({
    username,
    email: `${username}@example.org`,
    password: 'a good password',
  });
  if (roles !== undefined) await services.get(UserAdministration).update(operator, user.id, { roles });
  const actor = await services.identity.actorOf(tokens.accessToken);
  return { id: user.id, accessToken: tokens.accessToken, actor };
}
