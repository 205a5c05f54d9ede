import { type DynamicModule, Module } from '@nestjs/common';
import { ConnectionBook } from './connections/connection-book';
import { ConnectionsController } from './connections/connections.controller';
import { Callers } from './door/caller';
import { Door, SOCKET_SETTINGS, type SocketSettings } from './door/door';
import { SocketRates } from './door/socket-rates';
import { RawSockets } from './raw/raw-sockets';
import { ChatSessions } from './session/chat-sessions';
import { ChatVerbs } from './session/chat-verbs';
import { OpenSockets } from './session/open-sockets';
import { Pushes } from './session/pushes';
import { SessionInspector } from './session/session-inspector';
import { SocketIoGateway } from './socket-io/socket-io.gateway';
import { socketMetricsProviders } from './socket-metrics';

/** Sockets: one chat session, and two thin gateways that carry it. */
@Module({})
export class ChatGatewayModule {
  static forRoot(settings: SocketSettings): DynamicModule {
    return {
      module: ChatGatewayModule,
      controllers: [ConnectionsController],
      providers: [
        { provide: SOCKET_SETTINGS, useValue: settings },
        ...socketMetricsProviders,
        Callers,
        ChatSessions,
        ChatVerbs,
        ConnectionBook,
        Door,
        OpenSockets,
        Pushes,
        RawSockets,
        SessionInspector,
        SocketIoGateway,
        SocketRates,
      ],
    };
  }
}
