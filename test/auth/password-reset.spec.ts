import { setImmediate } from 'node:timers/promises';
import { eventually } from '../harness/eventually';
import { authSuite, invalid, PASSWORD, unauthenticated } from './suite';

const suite = authSuite();

const NEW = 'a brand new password';
const publicUrl = 'https://chat.example.org/app';

async function requested(email: string, locale: 'en' | 'zh' = 'en'): Promise<string> {
  const before = suite.here.mails.length;
  suite.here.passwordReset.request({ email, locale, publicUrl });
  await eventually(() => suite.here.mails.length > before);
  return /token=([\w-]{43})\n/.exec(suite.here.mails.at(-1)?.text ?? '')?.[1] ?? '';
}

const login = (username: string, password: string) => suite.here.signIn.login({ login: username, password });

describe('PasswordReset', () => {
  it('sends a link that sets a new password and ends all sessions', async () => {
    const { user, tokens } = await suite.someone();
    await suite.here.identity.actorOf(tokens.accessToken);
    const token = await requested(user.email?.toUpperCase() ?? '');
    expect(suite.here.mails.at(-1)).toMatchObject({
      to: user.email,
      subject: 'Reset your password',
      text: expect.stringContaining(`\n${publicUrl}/reset-password?token=${token}\n`),
    });
    await suite.here.passwordReset.reset(token, NEW);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await expect(login(user.username, PASSWORD)).rejects.toEqual(unauthenticated);
    await login(user.username, NEW);
    const actions = (await suite.auditOf(user.id)).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['auth.password_reset_requested', 'auth.password_reset']));
  });

  it('writes in the language of the caller', async () => {
    const { user } = await suite.someone();
    await requested(user.email ?? '', 'zh');
    expect(suite.here.mails.at(-1)).toMatchObject({ subject: '重置密码', text: expect.stringContaining('60 分钟') });
  });

  it('keeps no token that could be used', async () => {
    const { user } = await suite.someone();
    const token = await requested(user.email ?? '');
    const rows = await suite.here.db.query('SELECT * FROM password_resets WHERE user_id = ?', [user.id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('sends none to nobody, to the deactivated, and by username', async () => {
    const { user: deactivated } = await suite.someone();
    const { user } = await suite.someone();
    await suite.here.db.execute('UPDATE users SET is_active = ? WHERE id = ?', [false, deactivated.id]);
    const before = suite.here.mails.length;
    for (const email of ['nobody@example.org', deactivated.email ?? '', user.username]) {
      suite.here.passwordReset.request({ email, locale: 'en', publicUrl });
    }
    // Asked for last: by the time it is there, so would the others be.
    await requested(user.email ?? '');
    expect(suite.here.mails.slice(before).map(({ to }) => to)).toEqual([user.email]);
  });

  it('does nothing while whoever asked may still watch how quick the next answer is', async () => {
    const { user } = await suite.someone();
    suite.here.passwordReset.request({ email: user.email ?? '', locale: 'en', publicUrl });
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    const asked = 'SELECT * FROM password_resets WHERE user_id = ?';
    expect(await suite.here.db.query(asked, [user.id])).toEqual([]);
    await eventually(async () => (await suite.here.db.query(asked, [user.id])).length === 1);
  });

  it('takes a token once', async () => {
    const { user } = await suite.someone();
    const token = await requested(user.email ?? '');
    await suite.here.passwordReset.reset(token, NEW);
    await expect(suite.here.passwordReset.reset(token, NEW)).rejects.toEqual(invalid('token'));
  });

  it('takes a token once from those who use it at once in two processes', async () => {
    const { user } = await suite.someone();
    const token = await requested(user.email ?? '');
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3, 4, 5].map((number) =>
        (number % 2 === 0 ? suite.here : suite.there).passwordReset.reset(token, `${NEW} ${number}`),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(invalid('token'));
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await login(user.username, `${NEW} ${winner}`);
  });

  it('takes the newest token alone', async () => {
    const { user } = await suite.someone();
    const older = await requested(user.email ?? '');
    const newer = await requested(user.email ?? '');
    await expect(suite.here.passwordReset.reset(older, NEW)).rejects.toEqual(invalid('token'));
    await suite.here.passwordReset.reset(newer, NEW);
  });

  it('sends as many mails as are asked for at once, of which one works', async () => {
    const { user } = await suite.someone();
    const before = suite.here.mails.length;
    for (let times = 0; times < 5; times++) {
      suite.here.passwordReset.request({ email: user.email ?? '', locale: 'en', publicUrl });
    }
    await eventually(() => suite.here.mails.length === before + 5);
    const tokens = suite.here.mails.slice(before).map(({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? '');
    const outcomes = await Promise.allSettled(tokens.map((token) => suite.here.passwordReset.reset(token, NEW)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes a token for an hour', async () => {
    const { user } = await suite.someone();
    const token = await requested(user.email ?? '');
    suite.clock.advance(60 * 60_000);
    await expect(suite.here.passwordReset.reset(token, NEW)).rejects.toEqual(invalid('token'));
    const { tokens } = await suite.someone();
    await expect(suite.here.passwordReset.reset(tokens.accessToken, NEW)).rejects.toEqual(invalid('token'));
    await expect(suite.here.passwordReset.reset('', NEW)).rejects.toEqual(invalid('token'));
  });

  it('refuses a bad password without using the token up', async () => {
    const { user } = await suite.someone();
    const token = await requested(user.email ?? '');
    await expect(suite.here.passwordReset.reset(token, user.username)).rejects.toEqual(invalid('new_password'));
    await suite.here.passwordReset.reset(token, NEW);
  });

  it('answers before anything is looked up', async () => {
    const { user } = await suite.someone();
    const lookUp = jest.spyOn(suite.here.users, 'findCredentials');
    const mail = requested(user.email ?? '');
    await Promise.resolve();
    expect(lookUp).not.toHaveBeenCalled();
    await mail;
    expect(lookUp).toHaveBeenCalledTimes(1);
    lookUp.mockRestore();
  });
});
