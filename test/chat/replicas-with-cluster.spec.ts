import { createTestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { RedisTestCluster } from '../harness/redis-cluster';
import { describeWithRedis } from '../harness/redis-server';
import { says, startUpstream } from '../harness/upstream';
import { Replica, WISHES } from './replica';

jest.setTimeout(60_000);

describeWithRedis('an answer that another replica writes, with a cluster of Redis', () => {
  it('is heard in its order, goes on without a node, and is stopped', async () => {
    const cluster = await RedisTestCluster.start('secret');
    const hosts = cluster.nodes.map(({ server }) => `127.0.0.1:${server.port}`);
    const [upstream, database] = await Promise.all([startUpstream(), createTestDatabase()]);
    const start = () => Replica.start({ database, upstream, redisUrl: `redis://:secret@${hosts.join(',')}` });
    const [here, there] = await Promise.all([start(), start()]);
    const actor = await here.someone();
    const pieces = Array.from({ length: 500 }, (_, n) => `piece ${n} `);
    const [begun, half, whole] = [1, 250, 500].map((count) => pieces.slice(0, count).join('')) as [
      string,
      string,
      string,
    ];
    const [first, second] = [upstream.gate(), upstream.gate()];
    upstream.answers(says(begun, first, ...pieces.slice(1, 250), second, ...pieces.slice(250), upstream.gate()));
    await Promise.all([here.isConnected(), there.isConnected()]);
    await eventually(async () => {
      const counts = await Promise.all(cluster.nodes.map(({ command }) => command('PUBSUB', 'NUMSUB', WISHES)));
      return (
        counts
          .join()
          .match(/1|2/g)
          ?.reduce((sum, count) => sum + Number(count), 0) === 2
      );
    });
    const turn = await here.open(actor);
    const lookAgain = there.looksNoMore();
    const listener = await there.follow(actor, turn);
    first.open();
    await listener.heard(half);
    lookAgain();
    await cluster.nodes[0]?.server.kill();
    second.open();
    await listener.heard(whole);
    const stopped = await there.chat.stopTurn(actor, turn.messageId);
    expect(stopped).toMatchObject({ status: 'stopped', content: whole });
    await Promise.all([here.stop(), there.stop()]);
    await Promise.all([upstream.close(), database.drop(), cluster.stop()]);
  });
});
