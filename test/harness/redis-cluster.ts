import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from './eventually';
import { freePort, RedisServer } from './redis-server';

const execute = promisify(execFile);
const SLOTS = 16_384;
const FLAGS = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];

interface ClusterNode {
  readonly server: RedisServer;
  readonly busPort: number;
  readonly command: (...args: string[]) => Promise<string>;
}

/** Three nodes of Redis that share the slots, without replicas, all with one password. */
export class RedisTestCluster {
  private constructor(readonly nodes: readonly ClusterNode[]) {}

  static async start(password: string): Promise<RedisTestCluster> {
    const cluster = new RedisTestCluster(await Promise.all([0, 1, 2].map(() => startNode(password))));
    const share = Math.ceil(SLOTS / 3);
    await Promise.all(
      cluster.nodes.map(async ({ server, busPort, command }, i) => {
        const last = Math.min((i + 1) * share, SLOTS) - 1;
        await command('CLUSTER', 'ADDSLOTSRANGE', String(i * share), String(last));
        await cluster.nodes[0]?.command('CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(busPort));
      }),
    );
    await cluster.whole();
    return cluster;
  }

  /** Resolves when every node knows all others and serves. */
  whole(): Promise<void> {
    return eventually(async () => {
      const infos = await Promise.all(this.nodes.map(({ command }) => command('CLUSTER', 'INFO')));
      return infos.every((info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3'));
    }, 30_000);
  }

  /** Gives the slot of a key that nobody has set to the next node, behind the back of those connected. */
  async moveSlotOf(key: string): Promise<void> {
    const [first] = this.nodes;
    if (first === undefined) return;
    const slot = await first.command('CLUSTER', 'KEYSLOT', key);
    const ids = await Promise.all(this.nodes.map(({ command }) => command('CLUSTER', 'MYID')));
    const from = Math.floor(Number(slot) / Math.ceil(SLOTS / 3));
    const to = (from + 1) % 3;
    const [source = '', target = ''] = [ids[from], ids[to]];
    await this.nodes[to]?.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
    await this.nodes[to]?.command('CLUSTER', 'SETSLOT', slot, 'NODE', target);
    await Promise.all(this.nodes.map(({ command }) => command('CLUSTER', 'SETSLOT', slot, 'NODE', target)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
  }
}

async function startNode(password: string): Promise<ClusterNode> {
  const busPort = await freePort();
  const server = await RedisServer.start(...FLAGS, '--cluster-port', String(busPort), '--requirepass', password);
  const command = async (...args: string[]) => {
    const access = ['-p', String(server.port), '-a', password, '--no-auth-warning'];
    const { stdout } = await execute('redis-cli', [...access, ...args]);
    return stdout.trim();
  };
  return { server, busPort, command };
}
