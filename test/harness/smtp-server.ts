import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The points at which a test may have something else happen than usual. */
export type SmtpStep = 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'content' | 'QUIT';

/** A line to answer instead, the connection cut, or no answer at all. */
export type SmtpMishap = `${4 | 5}${number} ${string}` | 'cut' | 'silence';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came, without the transport's doubled dots. */
  readonly raw: Buffer;
}

const USUAL: Readonly<Record<SmtpStep, string>> = {
  connect: '220 ready',
  EHLO: '250-at your service\r\n250-8BITMIME\r\n250 SMTPUTF8',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go on, end with a dot',
  content: '250 accepted',
  QUIT: '221 bye',
};

/** A real SMTP server that keeps what it is sent, and fails as it is told. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  connections = 0;
  mostConnectionsAtOnce = 0;
  private readonly unread: ReceivedMail[] = [];
  private readonly readers: ((mail: ReceivedMail) => void)[] = [];
  private readonly mishaps = new Map<SmtpStep, SmtpMishap[]>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(): Promise<SmtpServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SmtpServer(server);
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What happens at the next such steps, one each, instead of the usual. */
  fail(step: SmtpStep, ...mishaps: readonly SmtpMishap[]): void {
    this.mishaps.set(step, [...(this.mishaps.get(step) ?? []), ...mishaps]);
  }

  /** Each mail once, in the order of arrival. */
  nextMail(): Promise<ReceivedMail> {
    const mail = this.unread.shift();
    return mail === undefined ? new Promise((resolve) => this.readers.push(resolve)) : Promise.resolve(mail);
  }

  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cutAll();
    await closed;
  }

  private serve(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    this.mostConnectionsAtOnce = Math.max(this.mostConnectionsAtOnce, this.sockets.size);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    // One character a byte, so that lines are found without harm to the text.
    socket.setEncoding('latin1');
    const session = new Session(
      (step) => this.reply(socket, step),
      (mail) => this.keep(mail),
    );
    let unfinished = '';
    socket.on('data', (chunk: string) => {
      const lines = (unfinished + chunk).split('\r\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) session.take(line);
    });
    this.reply(socket, 'connect');
  }

  /** Answers what went wrong. */
  private reply(socket: Socket, step: SmtpStep): SmtpMishap | undefined {
    const mishap = this.mishaps.get(step)?.shift();
    if (mishap === 'cut') socket.destroy();
    else if (mishap !== 'silence') socket.write(`${mishap ?? USUAL[step]}\r\n`);
    if (step === 'QUIT') socket.end();
    return mishap;
  }

  private keep(mail: ReceivedMail): void {
    this.mails.push(mail);
    const reader = this.readers.shift();
    if (reader === undefined) this.unread.push(mail);
    else reader(mail);
  }
}

class Session {
  private from = '';
  private to: string[] = [];
  private content: string[] | undefined;

  constructor(
    private readonly reply: (step: SmtpStep) => SmtpMishap | undefined,
    private readonly keep: (mail: ReceivedMail) => void,
  ) {}

  take(line: string): void {
    if (this.content === undefined) this.takeCommand(line);
    else if (line === '.') this.endContent(this.content);
    else this.content.push(line.startsWith('.') ? line.slice(1) : line);
  }

  private takeCommand(line: string): void {
    const step = line.slice(0, 4).toUpperCase() as SmtpStep;
    if (!(step in USUAL)) throw new Error(`the test's SMTP server does not know ${JSON.stringify(line)}`);
    if (this.reply(step) !== undefined) return;
    const address = Buffer.from(/<([^>]*)>/.exec(line)?.[1] ?? '', 'latin1').toString();
    if (step === 'MAIL') [this.from, this.to] = [address, []];
    if (step === 'RCPT') this.to.push(address);
    if (step === 'DATA') this.content = [];
  }

  /** A mail that was taken although the sender never hears of it is kept like any other. */
  private endContent(lines: readonly string[]): void {
    this.content = undefined;
    const { from, to } = this;
    const refused = /^[45]/.test(this.reply('content') ?? '');
    if (!refused) {
      this.keep({ from, to, raw: Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1') });
    }
  }
}
