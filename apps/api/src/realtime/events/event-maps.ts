import type { Acknowledgement } from '../session/chat-session';
import type { clientEvents, ClientEventType } from './client-event.request';
import type { serverEvents, ServerEventType } from './server-event.response';

type Fields<T> = { readonly [K in keyof T]: T[K] };

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ServerToClientEvents = {
  [T in ServerEventType]: (
    event: Fields<InstanceType<(typeof serverEvents)[T]>> & { readonly timestamp: string },
  ) => void;
};

export type ClientToServerEvents = {
  [T in ClientEventType]: (
    event: Partial<InstanceType<(typeof clientEvents)[T]>>,
    acknowledge?: (answer: Acknowledgement) => void,
  ) => void;
};
