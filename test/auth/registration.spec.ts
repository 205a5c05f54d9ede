import { asRequest } from './auth-services';
import { authSuite, invalid, PASSWORD } from './suite';

const suite = authSuite({ rejectCommonPasswords: true });

describe('Registration', () => {
  it('makes an account and signs it in', async () => {
    const { registration, identity, sessions } = suite.here;
    const command = { username: 'Ünal', email: 'Unal@Example.org', password: PASSWORD };
    const { user, tokens } = await asRequest(() => registration.register(command), {
      ip: '2001:db8::1',
      userAgent: `${'x'.repeat(299)}😀`,
    });
    expect(user).toMatchObject({ username: 'Ünal', email: 'Unal@Example.org', isActive: true, isVip: false });
    const actor = await identity.actorOf(tokens.accessToken);
    expect(actor).toMatchObject({ userId: user.id, username: 'Ünal', permissions: new Set() });
    expect(await sessions.list(actor)).toEqual([
      expect.objectContaining({ id: actor.credential.id, ip: '2001:db8::1', userAgent: `${'x'.repeat(299)}\ufffd` }),
    ]);
    expect(await suite.auditOf(user.id)).toEqual([
      expect.objectContaining({ action: 'auth.registered', ip: '2001:db8::1', requestId: 'a-request' }),
    ]);
  });

  it('does without an email', async () => {
    const register = (username: string) =>
      suite.here.registration.register({ username, email: null, password: PASSWORD });
    expect((await register('nomail')).user.email).toBeNull();
    expect((await register('nomail2')).user.email).toBeNull();
  });

  it('tells all that is wrong at once', async () => {
    const refused = suite.here.registration.register({ username: 'a b', email: 'nobody', password: 'password' });
    await expect(refused).rejects.toEqual(invalid('username', 'email', 'password'));
  });

  it.each([
    ['common', 'password123', 'password_common'],
    ['the username', 'SOMEBODY-new', 'password_is_username'],
    ['too short', '1234567', 'length'],
    ['too long', 'x'.repeat(129), 'length'],
  ])('refuses a password that is %s', async (_, password, reason) => {
    const refused = suite.here.registration.register({ username: 'somebody-new', email: null, password });
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', issues: [{ field: 'password', reason }] });
  });

  it('gives a name to one of twenty who ask for it at once', async () => {
    const attempts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? suite.here : suite.there).registration.register({
        username: ['Bob', 'bob', 'BOB', 'Ｂｏｂ'][index % 4] ?? '',
        email: null,
        password: PASSWORD,
      }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused).toEqual(Array(19).fill(invalid('username')));
  }, 30_000);
});
