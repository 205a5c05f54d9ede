import type { QueryRunner, TableColumnOptions } from 'typeorm';

type Type = Omit<TableColumnOptions, 'name'>;

/** A set of column types for one engine; entities have the twin of each. Never edited once a migration has used it. */
export interface ColumnTypes {
  readonly id: Type;
  text(length: number): Type;
  readonly longText: Type;
  readonly integer: Type;
  readonly bigInteger: Type;
  readonly boolean: Type;
  readonly time: Type;
  readonly json: Type;
  readonly true: string;
  readonly false: string;
}

const postgres: ColumnTypes = {
  id: { type: 'uuid' },
  text: (length) => ({ type: 'character varying', length: String(length) }),
  longText: { type: 'text' },
  integer: { type: 'integer' },
  bigInteger: { type: 'bigint' },
  boolean: { type: 'boolean' },
  time: { type: 'timestamp with time zone', precision: 3 },
  json: { type: 'text' },
  true: 'true',
  false: 'false',
};

// Compared byte by byte, as on the other two; whatever the defaults of the server are.
const bytes = { charset: 'utf8mb4', collation: 'utf8mb4_bin' };

const mysql: ColumnTypes = {
  id: { type: 'char', length: '36', charset: 'ascii', collation: 'ascii_bin' },
  text: (length) => ({ type: 'varchar', length: String(length), ...bytes }),
  longText: { type: 'longtext', ...bytes },
  integer: { type: 'int' },
  bigInteger: { type: 'bigint' },
  boolean: { type: 'tinyint' },
  time: { type: 'datetime', precision: 3 },
  json: { type: 'longtext', ...bytes },
  true: '1',
  false: '0',
};

const sqlite: ColumnTypes = {
  id: { type: 'varchar' },
  text: (length) => ({ type: 'varchar', length: String(length) }),
  longText: { type: 'text' },
  integer: { type: 'integer' },
  bigInteger: { type: 'bigint' },
  boolean: { type: 'boolean' },
  time: { type: 'datetime', precision: 3 },
  json: { type: 'text' },
  true: '1',
  false: '0',
};

export function columnTypes(runner: QueryRunner): ColumnTypes {
  switch (runner.dataSource.options.type) {
    case 'postgres':
      return postgres;
    case 'better-sqlite3':
      return sqlite;
    default:
      return mysql;
  }
}
