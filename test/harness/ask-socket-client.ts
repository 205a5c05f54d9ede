import { once } from 'node:events';
import { WebSocket } from 'ws';

interface OpenOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of the text WebSocket. */
export class AskSocketClient {
  readonly closed: Promise<{ readonly code: number }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', (code) => resolve({ code })));
  }

  static async open(port: number, { token, headers = {} }: OpenOptions): Promise<AskSocketClient> {
    const query = token === undefined ? '' : `?token=${token}`;
    const client = new AskSocketClient(new WebSocket(`ws://127.0.0.1:${port}/${query}`, { headers }));
    await once(client.socket, 'open');
    return client;
  }

  /** The pieces, put together, and the frame that ends them. */
  ask(frame: string | Buffer): Promise<{ readonly text: string; readonly end: string }> {
    let text = '';
    this.socket.send(frame);
    return new Promise((resolve) => {
      const hear = (data: Buffer): void => {
        const said = data.toString();
        if (!/^<\|(end|err)\|>\$/.test(said)) return void (text += said);
        this.socket.off('message', hear);
        resolve({ text, end: said });
      };
      this.socket.on('message', hear);
    });
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
