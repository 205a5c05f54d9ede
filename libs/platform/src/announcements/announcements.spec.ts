import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import { connectRedis, endRedis, startRedis } from '../../../../test/harness/redis-clients';
import { describeWithRedis, type RedisServer } from '../../../../test/harness/redis-server';
import { Announcements } from './announcements';

jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'debug').mockReturnValue(undefined);
jest.setTimeout(30_000);

class Replica {
  readonly heard: string[] = [];
  readonly redis;
  readonly announcements;

  constructor(server: RedisServer) {
    this.redis = connectRedis(server.url);
    this.announcements = new Announcements(this.redis);
    this.announcements.onTold(({ userId }) => this.heard.push(userId ?? 'everyone'));
    this.announcements.onModuleInit();
  }

  tell(...names: readonly string[]): void {
    for (const name of names) this.announcements.tellAll(name, { kind: 'quota_updated' });
  }

  /** Until the last of what it told to find that out has come. */
  async isHeardBy(other: Replica): Promise<void> {
    const known = other.heard.length;
    await eventually(() => {
      this.tell('hello');
      return other.heard.length > known;
    });
    this.tell('begun');
    await eventually(() => other.heard.at(-1) === 'begun');
    for (const { heard } of [this, other]) heard.length = 0;
  }

  isAway(): Promise<void> {
    return eventually(() => this.redis.state === 'unhealthy');
  }
}

describeWithRedis('Announcements', () => {
  let server: RedisServer;
  let here: Replica;
  let there: Replica;

  beforeEach(async () => {
    server = await startRedis();
    [here, there] = [new Replica(server), new Replica(server)];
    await here.isHeardBy(there);
    await there.isHeardBy(here);
  });
  afterEach(async () => {
    for (const { announcements } of [here, there]) announcements.onModuleDestroy();
    await endRedis();
  });

  it('reach other replicas once and in their order', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `user ${n}`);
    here.tell(...names);
    await eventually(() => there.heard.length >= names.length);
    expect(there.heard).toEqual(names);
    expect(here.heard).toEqual(names);
  });

  it('are heard once and in their order by whoever could not be told while Redis said nothing', async () => {
    server.freeze();
    here.tell('one', 'two');
    await here.isAway();
    here.tell('three');
    server.resume();
    await eventually(() => there.heard.includes('three'));
    here.tell('four');
    await eventually(() => there.heard.includes('four'));
    expect(there.heard).toEqual(['one', 'two', 'three', 'four']);
  });

  it('wait for a Redis that is gone, and are heard from the one that comes after it', async () => {
    await server.kill();
    here.tell('one');
    await here.isAway();
    here.tell('two');
    await server.restart();
    await eventually(() => there.heard.length === 2);
    expect(there.heard).toEqual(['one', 'two']);
  });
});
