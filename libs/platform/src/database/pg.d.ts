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

  interface Answer {
    readonly command: string;
    readonly rows: unknown[];
    readonly rowCount: number | null;
  }

  type Then = (error: Error | null, answer: Answer) => void;

  interface Connection {
    readonly stream: Socket;
  }

  interface RowDescription {
    readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  }

  interface DataRow {
    readonly fields: readonly (string | null)[];
  }

  class Query {
    constructor(text: string);
    name: string;
    values: readonly unknown[] | undefined;
    callback: Then;
    protected readonly _result: { readonly rows: unknown[] };
    prepare(connection: Connection): void;
    handleRowDescription(description: RowDescription): void;
    handleDataRow(data: DataRow): void;
  }

  interface PoolClient extends EventEmitter {
    readonly connection: Connection;
    query(statement: { readonly text: string; readonly values: unknown[] | undefined }, then: Then): void;
    query(query: Query): void;
    release(): void;
  }

  class Pool extends EventEmitter {
    constructor(options: PoolOptions);
    connect(): Promise<PoolClient>;
    connect(then: (error: unknown, client: PoolClient | undefined, release: () => void) => void): void;
    on(event: 'connect' | 'acquire', listener: (client: PoolClient) => void): this;
    on(event: 'release', listener: (error: unknown, client: PoolClient) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  const types: TypeParsers;
}
