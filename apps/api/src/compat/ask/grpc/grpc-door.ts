import { setTimeout as pause } from 'node:timers/promises';
import type { MethodDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Shutdown } from '#platform';
import { LARGEST_FRAME } from '../../../edge/sockets/largest-frame';
import { ASK_SETTINGS, type AskSettings, takenPort } from '../settings';
import type { AskCall, AskResponse } from './ask-call';
import { AskCalls } from './ask-calls';
import { type AskRequest, readAskRequest } from './ask-request';
import { PROTO_FILE } from './proto.controller';

const OPTIONS = {
  'grpc.max_receive_message_length': LARGEST_FRAME,
  // Ends connections whose other side is gone without a word.
  'grpc.keepalive_time_ms': 25_000,
  'grpc.keepalive_timeout_ms': 15_000,
};
const SERVICE = 'chat.Chat';

/** For those who wait for the last word of a call that was cut off. */
const LAST_WORDS_MS = 500;

/** The gRPC server, where there is a port for it; its packages are read only then. */
@Injectable()
export class GrpcDoor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('gRPC');
  private server: Server | undefined;
  private boundPort: number | undefined;

  constructor(
    @Inject(ASK_SETTINGS) private readonly settings: AskSettings,
    private readonly calls: AskCalls,
    private readonly shutdown: Shutdown,
  ) {}

  /** Undefined: it is closed. */
  get port(): number | undefined {
    return this.boundPort;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { grpcPort } = this.settings;
    if (grpcPort === undefined) return;
    const [grpc, loader, health, reflection] = await Promise.all([
      import('@grpc/grpc-js'),
      import('@grpc/proto-loader'),
      import('grpc-health-check'),
      import('@grpc/reflection'),
    ]);
    const definition = loader.loadSync([PROTO_FILE, health.protoPath], { keepCase: true, defaults: true });
    const server = new grpc.Server(OPTIONS);
    const { Ask } = definition[SERVICE] as unknown as { readonly Ask: MethodDefinition<AskRequest, AskResponse> };
    const service = { Ask: { ...Ask, requestDeserialize: readAskRequest } };
    server.addService(service, {
      Ask: (call: AskCall) => this.calls.serve(call, new grpc.Metadata()),
    });
    const healthOf = new health.HealthImplementation({ '': 'SERVING', [SERVICE]: 'SERVING' });
    healthOf.addToServer(server);
    new reflection.ReflectionService(definition).addToServer(server);
    this.boundPort = await this.listen(server, grpcPort, grpc.ServerCredentials.createInsecure());
    this.server = server;
    this.logger.log(`gRPC: port ${this.boundPort}`);
    this.shutdown.on('drain', 'gRPC', () => {
      for (const service of ['', SERVICE]) healthOf.setStatus(service, 'NOT_SERVING');
      return this.calls.ended();
    });
    this.shutdown.on('disconnect', 'gRPC', () => this.close(server));
  }

  onModuleDestroy(): void {
    this.server?.forceShutdown();
  }

  private async listen(server: Server, port: number, credentials: ServerCredentials): Promise<number> {
    const { host } = this.settings;
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    try {
      return await new Promise<number>((resolve, reject) => {
        server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
      });
    } catch (cause) {
      const { message } = cause as Error;
      if (message.includes('EADDRINUSE')) throw takenPort('GRPC_PORT', port, host);
      throw new Error(`GRPC_PORT: nothing can listen on ${address}: ${message}`, { cause });
    }
  }

  private async close(server: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    await Promise.race([closed, pause(LAST_WORDS_MS)]);
    server.forceShutdown();
  }
}
