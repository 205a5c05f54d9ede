import { SocketIoClient } from '../../harness/socket-io-client';
import { WebSocketClient } from '../../harness/web-socket-client';
import type { Talk } from '../chat/talk';

export type AnySocket = WebSocketClient | SocketIoClient;

interface Way {
  readonly name: string;
  open(baseUrl: string, token: string): Promise<AnySocket>;
}

/** The ways to a chat session, each a line in the tests that hold for all. */
export const ways: readonly Way[] = [
  { name: 'a raw socket', open: (baseUrl, token) => rawSocket({ app: { baseUrl } }, token) },
  { name: 'Socket.IO', open: (baseUrl, token) => SocketIoClient.open(baseUrl, { auth: { token } }) },
  {
    name: 'Socket.IO without long-polling',
    open: (baseUrl, token) => SocketIoClient.open(baseUrl, { auth: { token }, transports: ['websocket'] }),
  },
];

export function rawSocket(
  { app }: { readonly app: Pick<Talk['app'], 'baseUrl'> },
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebSocketClient> {
  return WebSocketClient.open(`${app.baseUrl}/api/v1/ws/chat?token=${token}`, { headers });
}
