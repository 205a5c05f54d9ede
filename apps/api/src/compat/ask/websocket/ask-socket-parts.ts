import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { Caller } from '../../../edge/sockets/caller';
import { Heartbeats } from '../../../edge/sockets/heartbeats';
import { OpenStreams } from '../../../edge/sse/open-streams';
import { type Asker, Askers } from '../askers';
import { AskSocket } from './ask-socket';

/** What each connection needs. */
@Injectable()
export class AskSocketParts {
  constructor(
    private readonly askers: Askers,
    private readonly heartbeats: Heartbeats,
    private readonly streams: OpenStreams,
  ) {}

  socket(opened: WebSocket, asker: Asker, caller: Caller): AskSocket {
    this.heartbeats.listen(opened);
    return new AskSocket(opened, asker, caller, this.askers, this.streams);
  }
}
