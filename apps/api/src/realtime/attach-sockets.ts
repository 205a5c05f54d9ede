import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '#kernel';
import { type HttpConfig, Locales } from '#platform';
import { RawSockets } from './raw/raw-sockets';
import { guardUpgrades } from './raw/upgrade-gate';
import { OpenSockets } from './session/open-sockets';
import { SocketIoAdapter } from './socket-io/socket-io.adapter';
import { SocketIoGateway } from './socket-io/socket-io.gateway';

/** How sockets end with the process. */
export interface AttachedSockets {
  /** Resolves when all have ended; those for whom nothing is being done end at once. */
  drain(): Promise<void>;
  cutOff(): void;
}

/** Puts Socket.IO and raw WebSockets on the server of the application. */
export function attachSockets(app: NestExpressApplication, http: Pick<HttpConfig, 'corsOrigins'>): AttachedSockets {
  app.useWebSocketAdapter(new SocketIoAdapter(app, http));
  guardUpgrades(app.getHttpServer(), app.get(Locales), app.get(RawSockets));
  const sockets = app.get(OpenSockets);
  const gateway = app.get(SocketIoGateway);
  const end = (): AppError => new AppError('unavailable', { reason: 'shutting_down', retryAfter: 1 });
  return {
    drain: async () => {
      for (const session of sockets) session.closeWhenIdle(end());
      await sockets.allGone();
      gateway.closeAll();
    },
    cutOff: () => {
      for (const session of sockets) session.close(end());
      gateway.closeAll();
    },
  };
}
