import { randomBytes } from 'node:crypto';
import { Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import { startUpstream } from '../harness/upstream';
import { run } from './files';

jest.setTimeout(60_000);

interface Keys extends Record<string, string> {
  readonly SECRET_KEY: string;
  readonly ENCRYPTION_KEY: string;
}

it('new keys, with the old ones listed, log nobody out; what is encrypted anew outlives the old ones', async () => {
  const [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  const key = () => randomBytes(32).toString('base64');
  const [before, after] = [1, 2].map(() => ({ SECRET_KEY: key(), ENCRYPTION_KEY: key() })) as [Keys, Keys];
  const old = { SECRET_KEYS_OLD: before.SECRET_KEY, ENCRYPTION_KEYS_OLD: before.ENCRYPTION_KEY };
  const keyUsed = async () => (await upstream.nextCall()).headers.authorization;
  const reseal = (keys: Readonly<Record<string, string>>) =>
    run(process.execPath, ['dist/apps/cli/src/main.js', 'keys', 'reseal'], {
      env: { DATABASE_URL: database.url, ...keys },
    });

  const first = await Outside.start(database, upstream, before);
  const alice = await first.register();
  const conversation = await first.begin(alice, { title: 'named', api_key: 'sk-her-own' });
  expect((await first.send(alice, conversation, { content: 'Hi' })).status).toBe(201);
  expect(await keyUsed()).toBe('Bearer sk-her-own');
  const shares = `conversations/${conversation}/shares`;
  const { body } = await first.ask<{ token: string }>('POST', `conversations/${conversation}/share`, alice, {
    body: {},
  });
  const tokensShown = async (server: Outside) =>
    (await server.ask<{ shares: { token: string }[] }>('GET', shares, alice)).body.data.shares.map(
      ({ token }) => token,
    );
  await first.server.dispose();

  const second = await Outside.start(database, upstream, { ...after, ...old });
  expect((await second.send(alice, conversation, { content: 'Hi' })).status).toBe(201);
  expect(await keyUsed()).toBe('Bearer sk-her-own');
  const bob = await second.register();
  const counts =
    'conversations.api_key_sealed: 1 encrypted anew, 0 opened by none of the keys\nshares.token_sealed: 1 ';
  await expect(reseal(after)).rejects.toThrow('0 encrypted anew, 1 opened by none of the keys');
  expect(await reseal({ ...after, ...old })).toContain(counts);
  await second.server.dispose();

  const third = await Outside.start(database, upstream, { ...after, SECRET_KEYS_OLD: before.SECRET_KEY });
  expect((await third.send(alice, conversation, { content: 'Hi' })).status).toBe(201);
  expect(await keyUsed()).toBe('Bearer sk-her-own');
  expect(await tokensShown(third)).toEqual([body.data.token]);
  await third.server.dispose();

  const fourth = await Outside.start(database, upstream, after);
  expect((await fourth.ask('GET', 'users/me', alice)).status).toBe(401);
  expect((await fourth.ask('GET', 'users/me', bob)).status).toBe(200);
  await fourth.server.dispose();
  await upstream.close();
  await database.drop();
});
