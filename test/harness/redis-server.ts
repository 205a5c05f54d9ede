import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Suites that need Redis run where TEST_REDIS_URL says so; each starts servers of its own, which it may stop and kill. */
export const describeWithRedis = process.env['TEST_REDIS_URL'] ? describe : describe.skip;

/** A redis-server of a test's own, on a free port and in a folder of its own. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly flags: readonly string[],
    private process: ChildProcess,
  ) {}

  static async start(...flags: readonly string[]): Promise<RedisServer> {
    return RedisServer.startOn(await freePort(), ...flags);
  }

  static async startOn(port: number, ...flags: readonly string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-'));
    return new RedisServer(port, folder, flags, await launch(port, folder, flags));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** As its own client tells it, on the way that is never spoilt. */
  async tell(...command: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...command]);
    return stdout;
  }

  /** Accepts connections and answers nothing until it is resumed. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  resume(): void {
    this.process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** Comes back empty. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = await launch(this.port, this.folder, this.flags);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Accepts connections and never answers. */
export class SilentServer {
  readonly port: number;
  private readonly sockets: Socket[] = [];

  private constructor(private readonly server: Server) {
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.sockets.push(socket.on('error', () => undefined).resume()));
  }

  static async start(): Promise<SilentServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SilentServer(server);
  }

  /** How many there were so far. */
  get connections(): number {
    return this.sockets.length;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

async function launch(port: number, folder: string, flags: readonly string[]): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...flags];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);
  child.once('exit', () => process.off('exit', reap));
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ready to accept connections')) resolve();
    });
    child.once('error', () => reject(new Error('TEST_REDIS_URL is set, but redis-server is not on the PATH')));
    child.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
  });
  return child;
}

export async function freePort(): Promise<number> {
  const server = await SilentServer.start();
  const { port } = server;
  await server.stop();
  return port;
}
