import { createHash } from 'node:crypto';
import { newId, permissions } from '#kernel';
import { eventually } from '../harness/eventually';
import { describeWithRedis, RedisServer } from '../harness/redis-server';
import { authSuite, PASSWORD, unauthenticated } from './suite';

const suite = authSuite();

async function makeKey(userId: string, scopes: string[] = ['chat'], expiresAt: Date | null = null) {
  const key = `sk-${'k'.repeat(7)}${newId()}`;
  const hash = createHash('sha256').update(key).digest('hex');
  await suite.here.db.execute(
    `INSERT INTO api_keys (id, user_id, name, prefix, key_hash, scopes, expires_at, created_at)
     VALUES (?, ?, 'a key', 'sk-', ?, ?, ?, ?)`,
    [newId(), userId, hash, JSON.stringify(scopes), expiresAt, suite.clock.date()],
  );
  return key;
}

async function lastUsed(table: 'sessions' | 'api_keys', userId: string) {
  const rows = await suite.here.db.query<{ at: unknown }>(`SELECT last_used_at AS at FROM ${table} WHERE user_id = ?`, [
    userId,
  ]);
  return rows[0]?.at;
}

describe('Identity', () => {
  it('gives the permissions of all roles together, and the admin all there are', async () => {
    const { user, tokens } = await suite.someone();
    await suite.here.db.execute(
      `INSERT INTO roles (name, permissions, built_in, created_at, updated_at) VALUES
         ('one', '["users:read"]', ?, ?, ?), ('two', '["users:read","audit:read"]', ?, ?, ?)`,
      [1, 2].flatMap(() => [false, suite.clock.date(), suite.clock.date()]),
    );
    const give = (role: string) =>
      suite.here.db.execute('INSERT INTO user_roles (user_id, role_name) VALUES (?, ?)', [user.id, role]);
    const granted = async () => (await suite.here.identity.actorOf(tokens.accessToken)).permissions;
    await give('one');
    await give('two');
    expect(await granted()).toEqual(new Set(['users:read', 'audit:read']));
    await give('admin');
    suite.clock.advance(3_000);
    expect(await granted()).toEqual(new Set(permissions));
  });

  it('knows an API key until it expires', async () => {
    const { user } = await suite.someone();
    const key = await makeKey(user.id, ['chat', 'read'], new Date(suite.clock.now() + 1_500));
    const actor = await suite.here.identity.actorOf(key);
    expect(actor).toMatchObject({
      userId: user.id,
      credential: { kind: 'api_key', scopes: new Set(['chat', 'read']) },
    });
    suite.clock.advance(1_499);
    await suite.here.identity.actorOf(key);
    suite.clock.advance(1);
    await expect(suite.here.identity.actorOf(key)).rejects.toEqual(unauthenticated);
  });

  it.each(['', 'sk-', `sk-${'x'.repeat(43)}`, `sk-${'x'.repeat(10_000)}`, 'Bearer', 'null'])(
    'knows nobody by %.20s',
    async (bearer) => {
      await expect(suite.here.identity.actorOf(bearer)).rejects.toEqual(unauthenticated);
    },
  );

  it('knows no key of a deactivated user', async () => {
    const { user } = await suite.someone();
    const key = await makeKey(user.id);
    await suite.here.db.execute('UPDATE users SET is_active = ? WHERE id = ?', [false, user.id]);
    await expect(suite.here.identity.actorOf(key)).rejects.toEqual(unauthenticated);
  });

  it('does not outlive the session by what it remembers', async () => {
    const short = await suite.another({ refreshTokenMs: 2_000, accessTokenMs: 60_000 });
    const { user } = await suite.someone();
    const { tokens } = await short.signIn.login({ login: user.username, password: PASSWORD });
    suite.clock.advance(1_000);
    await short.identity.actorOf(tokens.accessToken);
    suite.clock.advance(1_000);
    await expect(short.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await short.close();
  });

  it('notes the last use once a minute', async () => {
    const { user, tokens } = await suite.someone();
    const key = await makeKey(user.id);
    const created = await lastUsed('sessions', user.id);
    expect(await lastUsed('api_keys', user.id)).toBeNull();
    await suite.here.identity.actorOf(key);
    const keyUsed = await lastUsed('api_keys', user.id);
    expect(keyUsed).not.toBeNull();
    const use = async () => {
      await suite.here.identity.actorOf(tokens.accessToken);
      await suite.here.identity.actorOf(key);
    };
    suite.clock.advance(59_999);
    await use();
    expect(await lastUsed('sessions', user.id)).toEqual(created);
    expect(await lastUsed('api_keys', user.id)).toEqual(keyUsed);
    suite.clock.advance(3_001);
    await use();
    expect(await lastUsed('sessions', user.id)).not.toEqual(created);
    expect(await lastUsed('api_keys', user.id)).not.toEqual(keyUsed);
  });

  it('asks the database once for those who come at once, and within three seconds', async () => {
    const { tokens } = await suite.someone();
    const query = jest.spyOn(suite.here.db, 'query');
    await Promise.all(Array.from({ length: 50 }, () => suite.here.identity.actorOf(tokens.accessToken)));
    suite.clock.advance(2_999);
    await suite.here.identity.actorOf(tokens.accessToken);
    expect(query).toHaveBeenCalledTimes(1);
    suite.clock.advance(1);
    await suite.here.identity.actorOf(tokens.accessToken);
    expect(query).toHaveBeenCalledTimes(2);
    query.mockRestore();
  });

  it('believes what another process ended for three seconds at most', async () => {
    const { tokens } = await suite.someone();
    await suite.there.identity.actorOf(tokens.accessToken);
    await suite.here.signIn.logout(tokens.accessToken);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    suite.clock.advance(3_000);
    await expect(suite.there.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
  });

  it('tells whose sessions may have ended', async () => {
    const { user, tokens } = await suite.someone();
    const actor = await suite.here.identity.actorOf(tokens.accessToken);
    const told = jest.fn();
    suite.here.identity.onSessionsEnded(told);
    await suite.here.signIn.logoutAll(actor);
    expect(told).toHaveBeenCalledWith({ userId: user.id });
  });
});

describeWithRedis('Identity with Redis', () => {
  it('hears at once what another process ended, and lives without Redis', async () => {
    const redis = await RedisServer.start();
    const [one, two] = await Promise.all([suite.another({}, redis.url), suite.another({}, redis.url)]);
    const { tokens } = await suite.someone();
    const told = jest.fn();
    two.identity.onSessionsEnded(told);
    const subscribers = () =>
      one.redis.run(
        async (commands) => (await commands.sendCommand(['PUBSUB', 'NUMSUB', 'chatgpt:identity:stale'])) as unknown,
        () => [],
      );
    await eventually(async () => String(await subscribers()).endsWith(',2'));
    const { credential } = await two.identity.actorOf(tokens.accessToken);

    await one.signIn.logout(tokens.accessToken);
    await eventually(() => told.mock.calls.length > 0);
    expect(told).toHaveBeenCalledWith({ credentialId: credential.id });
    await expect(two.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);

    await redis.kill();
    const { tokens: others } = await suite.someone();
    await one.identity.actorOf(others.accessToken);
    await one.signIn.logout(others.accessToken);
    await expect(one.identity.actorOf(others.accessToken)).rejects.toEqual(unauthenticated);

    await one.close();
    await two.close();
    await redis.stop();
  }, 30_000);
});
