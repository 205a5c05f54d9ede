import { Module } from '@nestjs/common';
import { ConnectionBook } from './connections/connection-book';
import { ConnectionsController } from './connections/connections.controller';
import { RawSockets } from './raw/raw-sockets';
import { ChatSessions } from './session/chat-sessions';
import { ChatVerbs } from './session/chat-verbs';
import { OpenSockets } from './session/open-sockets';
import { Pushes } from './session/pushes';
import { SessionInspector } from './session/session-inspector';
import { SocketIoGateway } from './socket-io/socket-io.gateway';
import { socketMetricsProviders } from './socket-metrics';

/** Sockets: one chat session, and two thin gateways that carry it. */
@Module({
  controllers: [ConnectionsController],
  providers: [
    ...socketMetricsProviders,
    ChatSessions,
    ChatVerbs,
    ConnectionBook,
    OpenSockets,
    Pushes,
    RawSockets,
    SessionInspector,
    SocketIoGateway,
  ],
})
export class ChatGatewayModule {}
