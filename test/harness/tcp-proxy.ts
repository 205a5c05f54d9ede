import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const TRICKLE_EVERY_MS = 20;

/** Stands between a client and a server, so that a test can take the server away, or spoil the way to it. */
export class TcpProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly lost = new WeakSet<Socket>();
  private thawed: Promise<void> = Promise.resolve();
  private endFrost: () => void = () => undefined;
  private condemned: { readonly word: string; times: number } | undefined;
  port = 0;
  /** How many connections so far. */
  accepted = 0;
  /** What each piece takes, there and back. */
  delayMs = 0;
  /** What comes back comes no faster. */
  bytesPerSecond = Infinity;

  constructor(
    private readonly targetHost: string,
    private readonly targetPort: number,
  ) {}

  /** Before the server of a URL, in its place. */
  static async before(url: string, defaultPort: number): Promise<{ proxy: TcpProxy; url: string }> {
    const behind = new URL(url);
    const proxy = new TcpProxy(behind.hostname, Number(behind.port) || defaultPort);
    await proxy.open();
    behind.host = `127.0.0.1:${proxy.port}`;
    return { proxy, url: behind.href };
  }

  /** Accepts connections, always on the same port. */
  async open(): Promise<void> {
    this.server = createServer({ allowHalfOpen: true }, (client) => this.forward(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Cuts all connections and refuses new ones. */
  async close(): Promise<void> {
    if (this.server === undefined) return;
    const closed = once(this.server.close(), 'close');
    this.cut();
    this.thaw();
    await closed;
    this.server = undefined;
  }

  /** Cuts all connections there are; new ones are welcome. */
  cut(how: 'closed' | 'reset' = 'closed'): void {
    for (const socket of this.sockets)
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
  }

  /** Keeps connections and accepts more, and lets not a byte through. */
  freeze(): void {
    this.thaw();
    this.thawed = new Promise((resolve) => (this.endFrost = resolve));
  }

  thaw(): void {
    this.endFrost();
  }

  /** As if the other machine had lost its power: on the connections there are, nothing comes any more, not even an end. */
  lose(): void {
    for (const socket of this.sockets) this.lost.add(socket);
  }

  /** Cuts all connections when `word` has gone to the server so many times, before it can be answered. */
  cutAfterHearing(word: string, times = 1): void {
    this.condemned = { word, times };
  }

  /** As it should be again. */
  async heal(): Promise<void> {
    this.delayMs = 0;
    this.bytesPerSecond = Infinity;
    this.condemned = undefined;
    this.thaw();
    if (this.server === undefined) await this.open();
  }

  private forward(client: Socket): void {
    this.accepted++;
    const target = connect({ port: this.targetPort, host: this.targetHost, allowHalfOpen: true });
    void this.pour(client, target, (piece) => this.pass(piece, target));
    void this.pour(target, client, (piece) => this.trickle(piece, client));
  }

  private async pour(from: Socket, to: Socket, pass: (piece: Buffer) => Promise<unknown>): Promise<void> {
    this.sockets.add(from);
    from.on('error', () => undefined);
    from.once('close', () => {
      this.sockets.delete(from);
      if (!this.lost.has(from)) to.destroy();
    });
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        if (this.delayMs > 0) await wait(this.delayMs);
        await this.thawed;
        if (!this.lost.has(from)) await pass(piece);
      }
      if (!this.lost.has(from)) to.end();
    } catch {
      // It was cut: 'close' says so to the other side.
    }
  }

  private async pass(piece: Buffer, target: Socket): Promise<void> {
    await written(target, piece);
    const { condemned } = this;
    if (condemned === undefined || !piece.includes(condemned.word) || --condemned.times > 0) return;
    this.condemned = undefined;
    // Read by the server before it learns that nobody waits for its answer.
    await wait(TRICKLE_EVERY_MS);
    this.cut();
  }

  private async trickle(piece: Buffer, client: Socket): Promise<void> {
    let rest = piece;
    while (rest.length > 0 && !client.destroyed) {
      const size = Math.max(1, Math.floor((this.bytesPerSecond * TRICKLE_EVERY_MS) / 1_000));
      await written(client, rest.subarray(0, size));
      rest = rest.subarray(size);
      if (rest.length > 0) await wait(TRICKLE_EVERY_MS);
    }
  }
}

/** Waits while the reader does not read, but not for one that is gone. */
async function written(to: Socket, piece: Buffer): Promise<void> {
  if (to.destroyed || to.write(piece)) return;
  await Promise.race([once(to, 'drain'), once(to, 'close')]);
}
