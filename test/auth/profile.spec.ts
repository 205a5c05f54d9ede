import { AccountDeletion } from '#auth';
import { eventually } from '../harness/eventually';
import { authSuite, invalid, PASSWORD, unauthenticated } from './suite';

const suite = authSuite();

async function actor() {
  const { user, tokens } = await suite.someone();
  return { user, tokens, actor: await suite.here.identity.actorOf(tokens.accessToken) };
}

async function resetToken(email: string): Promise<string> {
  const before = suite.here.mails.length;
  suite.here.passwordReset.request({ email, locale: 'en', publicUrl: 'https://example.org' });
  await eventually(() => suite.here.mails.length > before);
  return /token=([\w-]{43})/.exec(suite.here.mails.at(-1)?.text ?? '')?.[1] ?? '';
}

describe('Profile.update', () => {
  it('changes name and address, from the next request on', async () => {
    const { user, tokens, actor: someone } = await actor();
    const changed = await suite.here.profile.update(someone, { username: 'Renamed', email: 'renamed@example.org' });
    expect(changed).toMatchObject({ id: user.id, username: 'Renamed', email: 'renamed@example.org' });
    expect((await suite.here.identity.actorOf(tokens.accessToken)).username).toBe('Renamed');
    expect((await suite.auditOf(user.id))[0]).toMatchObject({
      action: 'user.profile_updated',
      details: {
        before: { username: user.username, email: user.email },
        after: { username: 'Renamed', email: 'renamed@example.org' },
      },
    });
  });

  it('tells all that is wrong at once, and what is taken', async () => {
    const { actor: someone } = await actor();
    const { user: other } = await actor();
    const update = (changes: { username?: string; email?: string }) => suite.here.profile.update(someone, changes);
    await expect(update({ username: 'a b', email: 'x' })).rejects.toEqual(invalid('username', 'email'));
    await expect(update({ username: other.username.toUpperCase() })).rejects.toEqual(invalid('username'));
    await expect(update({ email: other.email?.toUpperCase() ?? '' })).rejects.toEqual(invalid('email'));
  });

  it('makes links that went to the old address useless', async () => {
    const { user, actor: someone } = await actor();
    const token = await resetToken(user.email ?? '');
    await suite.here.profile.update(someone, { username: user.username.toUpperCase() });
    await suite.here.profile.update(someone, { email: 'elsewhere@example.org' });
    await expect(suite.here.passwordReset.reset(token, 'a new password')).rejects.toEqual(invalid('token'));
  });
});

describe('Profile.changePassword', () => {
  it('ends the other sessions and links, and not this one', async () => {
    const { user, tokens, actor: someone } = await actor();
    const other = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    await suite.here.identity.actorOf(other.tokens.accessToken);
    const token = await resetToken(user.email ?? '');

    await suite.here.profile.changePassword(someone, PASSWORD, 'a new password');

    await expect(suite.here.identity.actorOf(other.tokens.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(other.tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.passwordReset.reset(token, 'a third password')).rejects.toEqual(invalid('token'));
    await suite.here.identity.actorOf(tokens.accessToken);
    await suite.here.signIn.refresh(tokens.refreshToken);
    await suite.here.signIn.login({ login: user.username, password: 'a new password' });
    expect((await suite.auditOf(user.id)).map(({ action }) => action)).toContain('auth.password_changed');
  });

  it('wants the current password and a good new one', async () => {
    const { user, actor: someone } = await actor();
    const change = (current: string, next: string) => suite.here.profile.changePassword(someone, current, next);
    await expect(change('wrong-password', 'a new password')).rejects.toEqual(invalid('current_password'));
    await expect(change(PASSWORD, user.username)).rejects.toEqual(invalid('new_password'));
    await expect(change(PASSWORD, 'short')).rejects.toEqual(invalid('new_password'));
    await suite.here.signIn.login({ login: user.username, password: PASSWORD });
  });

  it('happens once for those who change from one password at once', async () => {
    const { user, actor: someone } = await actor();
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3].map((number) =>
        (number % 2 === 0 ? suite.here : suite.there).profile.changePassword(
          someone,
          PASSWORD,
          `new password ${number}`,
        ),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await suite.here.signIn.login({ login: user.username, password: `new password ${winner}` });
  });
});

describe('AccountDeletion', () => {
  it('takes the account, its tokens and its name with it', async () => {
    const { user, tokens, actor: someone } = await actor();
    await expect(suite.here.get(AccountDeletion).delete(someone, 'wrong-password')).rejects.toEqual(
      invalid('password'),
    );
    await suite.here.get(AccountDeletion).delete(someone, PASSWORD);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await suite.here.signIn.logout(tokens.accessToken);
    await expect(suite.here.signIn.login({ login: user.username, password: PASSWORD })).rejects.toEqual(
      unauthenticated,
    );
    expect((await suite.auditOf(user.id))[0]).toMatchObject({ action: 'user.deleted', actor: { id: user.id } });
    await suite.here.registration.register({ username: user.username, email: user.email, password: PASSWORD });
  });

  it('keeps the last admin', async () => {
    const { user, actor: someone } = await actor();
    await suite.here.db.execute('INSERT INTO user_roles (user_id, role_name) VALUES (?, ?)', [user.id, 'admin']);
    await expect(suite.here.get(AccountDeletion).delete(someone, PASSWORD)).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'last_admin',
    });
  });
});
