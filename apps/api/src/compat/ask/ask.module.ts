import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { errorCatalogue } from '#kernel';
import type { Config } from '#platform';
import { ForeignDoors } from '../../edge/doors/foreign-doors';
import { presentError } from '../../edge/errors/error-body';
import { Asking } from './asking';
import { Askers } from './askers';
import { AskCalls } from './grpc/ask-calls';
import { GrpcDoor } from './grpc/grpc-door';
import { ProtoController } from './grpc/proto.controller';
import { AskController } from './http/ask.controller';
import { ASK_SETTINGS, type AskSettings } from './settings';
import { AskSocketParts } from './websocket/ask-socket-parts';
import { AskSockets } from './websocket/ask-sockets';

/** The ask door, over HTTP, gRPC and text WebSockets. */
@Module({})
export class AskModule {
  static forRoot({ compat, http }: Pick<Config, 'compat' | 'http'>): DynamicModule {
    return {
      module: AskModule,
      controllers: [ProtoController, ...(compat.enabled ? [AskController] : [])],
      providers: [
        { provide: ASK_SETTINGS, useValue: { ...compat, host: http.host } satisfies AskSettings },
        AskCalls,
        Askers,
        Asking,
        AskSocketParts,
        AskSockets,
        GrpcDoor,
      ],
    };
  }

  constructor(doors: ForeignDoors, @Inject(ASK_SETTINGS) { enabled }: AskSettings) {
    if (!enabled) return;
    doors.open({
      prefix: '/ask',
      presentError: (error, locale) => ({
        status: errorCatalogue[error.kind].http,
        body: { error: presentError(error, locale) },
      }),
    });
  }
}
