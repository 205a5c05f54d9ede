/** What we use of pg, which brings no types of its own. */
declare module 'pg' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  interface PoolOptions {
    readonly host: string;
    readonly port: number;
    readonly user: string | undefined;
    readonly password: string | undefined;
    readonly database: string;
    readonly ssl: object | false;
    readonly max: number;
    readonly connectionTimeoutMillis: number;
    readonly idleTimeoutMillis: number;
    readonly statement_timeout: number;
    readonly lock_timeout: number;
    readonly idle_in_transaction_session_timeout: number;
    readonly application_name: string;
    readonly keepAlive: boolean;
    readonly pipeline: boolean;
    readonly types: TypeParsers;
  }

  interface TypeParsers {
    getTypeParser(type: number, format?: string): (value: string) => unknown;
  }

  interface PoolClient extends EventEmitter {
    readonly connection: { readonly stream: Socket };
    release(): void;
  }

  class Pool extends EventEmitter {
    constructor(options: PoolOptions);
    connect(): Promise<PoolClient>;
    on(event: 'connect' | 'acquire', listener: (client: PoolClient) => void): this;
    on(event: 'release', listener: (error: unknown, client: PoolClient) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  const types: TypeParsers;
}
