import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import { connectRedis, endRedis, healthy, startRedis, startRedisOn } from '../../../../test/harness/redis-clients';
import { describeWithRedis, freePort } from '../../../../test/harness/redis-server';

jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
jest.setTimeout(20_000);

afterEach(endRedis);

describeWithRedis('RedisClient.duplicate', () => {
  it('hands out connections that subscribe again after Redis was away', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    const heard: string[] = [];
    const subscriber = await client.duplicate();
    await subscriber.subscribe('channel', (message) => heard.push(message));
    await healthy(client);

    await server.restart();
    await eventually(async () => {
      await client.run<unknown>(
        (commands) => commands.publish('channel', 'hello again'),
        () => undefined,
      );
      return heard.includes('hello again');
    });
  });

  it('hands out connections that notice by themselves that Redis fell silent, and recover', async () => {
    const server = await startRedis();
    const subscriber = await connectRedis(server.url).duplicate();
    await subscriber.subscribe('channel', () => undefined);
    server.freeze();
    await eventually(() => !subscriber.isReady);
    server.resume();
    await eventually(() => subscriber.isReady);
    expect(await subscriber.pubSubNumSub(['channel'])).toEqual({ channel: 1 });
  });

  it('hands out connections once Redis is there, on which reads may block', async () => {
    const port = await freePort();
    const client = connectRedis(`redis://127.0.0.1:${port}`);
    const opening = client.duplicate();
    await startRedisOn(port);
    const reader = await opening;
    await healthy(client);
    const popped = reader.blPop('list', 2);
    await client.run<unknown>(
      (commands) => commands.rPush('list', 'item'),
      () => undefined,
    );
    expect(await popped).toEqual({ key: 'list', element: 'item' });
  });

  it('closes the connections it handed out, and those still waiting for a Redis', async () => {
    const client = connectRedis((await startRedis()).url);
    const reader = await client.duplicate();
    const orphan = connectRedis(`redis://127.0.0.1:${await freePort()}`);
    const waiting = orphan.duplicate().catch((error: Error) => error.message);
    await Promise.all([client.close(), orphan.close()]);
    expect(reader.isOpen).toBe(false);
    expect(await waiting).toContain('closed');
  });
});
