import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Ending } from './upstream-call';

/** What is written 'together' leaves in one write at the next wait, or at the end. */
export type Writes = 'piece by piece' | 'together' | 'byte by byte';

/** The way back to the client: what is written, how, and how it ends. Nothing is written after the end. */
export class Wire {
  writes: Writes = 'piece by piece';
  ending: Ending | undefined;
  readonly ended: Promise<Ending>;
  private unsent: Uint8Array[] = [];
  private isCut = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly contentType: string,
  ) {
    this.ended = new Promise((resolve) => {
      response.once('close', () => resolve((this.ending = this.howItEnded())));
    });
  }

  /** Waits no longer than the client does. */
  async waitFor(event: Promise<unknown>): Promise<void> {
    await this.flush();
    await Promise.race([event, this.ended]);
  }

  sendHead(): void {
    if (this.response.headersSent) return;
    this.response.writeHead(200, { 'content-type': this.contentType }).flushHeaders();
  }

  async send(bytes: string | Uint8Array): Promise<void> {
    this.unsent.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    if (this.writes !== 'together') await this.flush();
  }

  async respond(status: number, headers: OutgoingHttpHeaders, body: string): Promise<void> {
    this.response.writeHead(status, headers).end(body);
    await this.ended;
  }

  async end(): Promise<void> {
    await this.flush();
    if (this.ending !== undefined) return;
    this.sendHead();
    this.response.end();
    await this.ended;
  }

  async cut(how: 'closed' | 'reset' | 'cleanly'): Promise<void> {
    await this.flush();
    this.isCut = true;
    if (how === 'cleanly') return this.end();
    if (how === 'reset') this.response.socket?.resetAndDestroy();
    else this.response.socket?.destroy();
    await this.ended;
  }

  abandon(): void {
    this.isCut = true;
    this.response.socket?.destroy();
  }

  private howItEnded(): Ending {
    if (this.isCut) return 'cut by script';
    return this.response.writableFinished ? 'answered' : 'client left';
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.unsent);
    this.unsent = [];
    const size = this.writes === 'byte by byte' ? 1 : bytes.length;
    for (let start = 0; start < bytes.length; start += size) await this.write(bytes.subarray(start, start + size));
  }

  private async write(bytes: Uint8Array): Promise<void> {
    if (this.ending !== undefined) return;
    this.sendHead();
    const written = new Promise<void>((resolve) => this.response.write(bytes, () => resolve()));
    // A socket that was destroyed a moment ago drops what it is given without a word.
    await Promise.race([written, this.ended]);
  }
}
