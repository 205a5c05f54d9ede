import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { AppError } from '#kernel';
import { Shutdown } from '#platform';
import { bearerIn } from '../../../edge/auth/bearer.strategy';
import { Callers } from '../../../edge/sockets/caller';
import { Door } from '../../../edge/sockets/door';
import { LARGEST_FRAME } from '../../../edge/sockets/largest-frame';
import { MeteredWebSocketServer } from '../../../edge/sockets/metered-web-sockets';
import { refuseUpgrade } from '../../../edge/sockets/refuse-upgrade';
import { ASK_SETTINGS, type AskSettings, takenPort } from '../settings';
import { AskSocket } from './ask-socket';
import { AskSocketParts } from './ask-socket-parts';

/** Text WebSockets, where there is a port for them. */
@Injectable()
export class AskSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Ask socket');
  private readonly webSockets = new MeteredWebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_FRAME,
  });
  private readonly open = new Set<AskSocket>();
  private onEmpty: () => void = () => undefined;
  private server: Server | undefined;

  constructor(
    @Inject(ASK_SETTINGS) private readonly settings: AskSettings,
    private readonly callers: Callers,
    private readonly door: Door,
    private readonly parts: AskSocketParts,
    private readonly shutdown: Shutdown,
  ) {}

  /** Undefined: it is closed. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { askPort, host } = this.settings;
    if (askPort === undefined) return;
    const server = createServer((_request, response) => void response.writeHead(426, { Upgrade: 'websocket' }).end());
    server.on('upgrade', (request, socket: Duplex, head: Buffer) => void this.welcome(request, socket, head));
    this.server = server.listen(askPort, host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? takenPort('ASK_WS_PORT', askPort, host) : cause;
    }
    this.logger.log(`Text WebSocket: port ${this.port}`);
    this.shutdown.on('drain', 'ask sockets', () => this.drain());
    this.shutdown.on('disconnect', 'ask sockets', () => {
      for (const socket of this.open) socket.close(endOfProcess());
      server.close();
    });
  }

  onModuleDestroy(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async drain(): Promise<void> {
    for (const socket of this.open) socket.closeWhenIdle(endOfProcess());
    if (this.open.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
  }

  private async welcome(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const caller = this.callers.of(request);
    try {
      this.door.refuseStranger(request, caller);
      const seat = this.door.seat(caller);
      socket.once('close', () => seat.leave());
      const guest = await this.door.admit(tokenIn(request), caller, seat);
      this.webSockets.handleUpgrade(request, socket, head, (opened) => {
        this.keep(opened, this.parts.socket(opened, { ...guest, ip: caller.ip }, caller));
      });
    } catch (refusal) {
      refuseUpgrade(socket, refusal, caller.locale);
    }
  }

  private keep(opened: WebSocket, socket: AskSocket): void {
    this.open.add(socket);
    opened.once('close', () => {
      this.open.delete(socket);
      if (this.open.size === 0) this.onEmpty();
    });
  }
}

function tokenIn(request: IncomingMessage): string {
  const { url = '' } = request;
  return new URLSearchParams(url.split('?')[1]).get('token') ?? bearerIn(request) ?? '';
}

function endOfProcess(): AppError {
  return new AppError('unavailable', { reason: 'shutting_down', retryAfter: 1 });
}
