import { hash } from '@node-rs/argon2';
import { authSuite, PASSWORD, unauthenticated } from './suite';
import { asRequest } from './auth-services';

const suite = authSuite();

async function deactivate(userId: string): Promise<void> {
  await suite.here.db.execute('UPDATE users SET is_active = ? WHERE id = ?', [false, userId]);
}

describe('SignIn.login', () => {
  it('knows a user by name and by email, in any case', async () => {
    const { user } = await suite.someone();
    for (const login of [user.username, user.username.toUpperCase(), user.email ?? '', 'SOMEONE-1@EXAMPLE.ORG']) {
      const signedIn = await suite.there.signIn.login({ login, password: PASSWORD });
      expect(signedIn.user.id).toBe(user.id);
      expect((await suite.here.identity.actorOf(signedIn.tokens.accessToken)).userId).toBe(user.id);
    }
  });

  it('refuses a wrong password and an unknown user alike, and notes it', async () => {
    const { user } = await suite.someone();
    const login = (name: string) =>
      asRequest(() => suite.here.signIn.login({ login: name, password: 'wrong-password' }));
    await expect(login(user.username)).rejects.toEqual(unauthenticated);
    await expect(login('nobody-at-all')).rejects.toEqual(unauthenticated);
    expect((await suite.auditOf(user.id))[0]).toMatchObject({ action: 'auth.login_failed', ip: '192.0.2.1' });
    const { entries } = await suite.here.audit.search({ action: 'auth.login_failed', limit: 1 });
    expect(entries[0]).toMatchObject({ actor: null, target: null });
  });

  it('tells that an account is deactivated to who knows its password alone', async () => {
    const { user, tokens } = await suite.someone();
    await deactivate(user.id);
    const login = (password: string) => suite.here.signIn.login({ login: user.username, password });
    await expect(login(PASSWORD)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(login('wrong-password')).rejects.toEqual(unauthenticated);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('lets ten right logins in at once', async () => {
    const { user } = await suite.someone();
    const login = { login: user.username, password: PASSWORD };
    const signedIn = await Promise.all(Array.from({ length: 10 }, () => suite.here.signIn.login(login)));
    expect(new Set(signedIn.map(({ tokens }) => tokens.refreshToken)).size).toBe(10);
  });

  it('upgrades a hash that is outdated, once', async () => {
    const { user } = await suite.someone();
    const outdated = await hash(PASSWORD, { algorithm: 2, memoryCost: 8 * 1024, timeCost: 1, parallelism: 1 });
    await suite.here.db.execute('UPDATE users SET password_hash = ? WHERE id = ?', [outdated, user.id]);
    const login = { login: user.username, password: PASSWORD };
    const hashOfUser = async () => (await suite.here.users.credentialsOf(suite.here.db, user.id))?.passwordHash;
    await suite.here.signIn.login(login);
    const upgraded = await hashOfUser();
    expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await suite.here.signIn.login(login);
    expect(await hashOfUser()).toBe(upgraded);
  });

  it('opens no session for a password that is changed while it is checked', async () => {
    const { user, tokens } = await suite.someone();
    const actor = await suite.here.identity.actorOf(tokens.accessToken);
    const changed = suite.here.profile.changePassword(actor, PASSWORD, 'another password');
    const logins = Array.from({ length: 8 }, () =>
      suite.there.signIn.login({ login: user.username, password: PASSWORD }),
    );
    await Promise.allSettled([...logins, changed]);
    await changed;
    const left = await suite.here.sessions.list(actor);
    expect(left.map(({ id }) => id)).toEqual([actor.credential.id]);
  });

  it('takes the same time for nobody, a wrong password and a deactivated user', async () => {
    const { user } = await suite.someone();
    const { user: deactivated } = await suite.someone();
    await deactivate(deactivated.id);
    const times = new Map<string, number[]>();
    for (let round = 0; round < 20; round++) {
      for (const login of [user.username, 'nobody-at-all', deactivated.username]) {
        const started = performance.now();
        await suite.here.signIn.login({ login, password: 'wrong-password' }).catch(() => undefined);
        times.set(login, [...(times.get(login) ?? []), performance.now() - started]);
      }
    }
    // The quickest of each, for the others tell how busy the machine is. Without the hash one would take a seventh of the others.
    const quickest = [...times.values()].map((list) => Math.min(...list));
    expect(Math.max(...quickest) / Math.min(...quickest)).toBeLessThan(2);
  }, 30_000);
});

describe('SignIn.logout', () => {
  it('ends the session and no other, here at once', async () => {
    const { user, tokens } = await suite.someone();
    const other = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    await suite.here.identity.actorOf(tokens.accessToken);
    await suite.here.signIn.logout(tokens.accessToken);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await suite.here.identity.actorOf(other.tokens.accessToken);
    expect((await suite.auditOf(user.id))[0]).toMatchObject({
      action: 'auth.logout',
      actor: { username: user.username },
      target: { type: 'session' },
    });
  });

  it('is nothing the second time', async () => {
    const { user, tokens } = await suite.someone();
    await suite.here.signIn.logout(tokens.accessToken);
    await suite.here.signIn.logout(tokens.accessToken);
    const actions = (await suite.auditOf(user.id)).map(({ action }) => action);
    expect(actions.filter((action) => action === 'auth.logout')).toHaveLength(1);
  });

  it('takes an access token that has expired', async () => {
    const { tokens } = await suite.someone();
    suite.clock.advance(31 * 60_000);
    await suite.here.signIn.logout(tokens.accessToken);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('takes no other token', async () => {
    const { tokens } = await suite.someone();
    await expect(suite.here.signIn.logout(tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.logout(`${tokens.accessToken}x`)).rejects.toEqual(unauthenticated);
  });

  it('ends all sessions of the user where that is asked', async () => {
    const { user, tokens } = await suite.someone();
    const other = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    await suite.here.identity.actorOf(other.tokens.accessToken);
    await suite.here.signIn.logoutAll(await suite.here.identity.actorOf(tokens.accessToken));
    for (const { accessToken } of [tokens, other.tokens]) {
      await expect(suite.here.identity.actorOf(accessToken)).rejects.toEqual(unauthenticated);
    }
  });
});
