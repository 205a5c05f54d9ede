import type { CompatConfig, HttpConfig } from '#platform';

/** Whether the ask door is open over HTTP, and where it listens beside it. */
export const ASK_SETTINGS = Symbol('ask settings');
export type AskSettings = Pick<HttpConfig, 'host'> & CompatConfig;

export function takenPort(variable: 'GRPC_PORT' | 'ASK_WS_PORT', port: number, host: string): Error {
  return new Error(
    `${variable}: ${port} is taken on ${host}. Stop what listens there, or set ${variable} to another number.`,
  );
}
