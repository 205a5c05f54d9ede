import type { Writable } from 'node:stream';
import type { Answer, PoolClient, Then } from 'pg';
import { QueryFailedError, QueryResult } from 'typeorm';
import type { PreparedQuery } from './postgres-prepared-query';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Of a prepared statement, which a connection is taught once. */
  readonly name?: string | undefined;
}

/** Puts statements to connections of a pool. */
export class Statements {
  constructor(private readonly Prepared: PreparedQuery) {}

  /** What is put to a connection in one tick travels together. */
  put(client: PoolClient, { text, values, name }: Statement, then: Then): void {
    gather(client.connection.stream);
    const written = values?.map(withoutDate);
    if (name === undefined) client.query({ text, values: written }, then);
    else client.query(new this.Prepared({ text, name, values: written }, then));
  }
}

export function resultOf({ rows, rowCount }: Answer): QueryResult {
  const result = new QueryResult();
  result.records = rows;
  result.raw = rows;
  if (rowCount !== null) result.affected = rowCount;
  return result;
}

export function failureOf({ text, values = [] }: Statement, error: Error): QueryFailedError {
  return new QueryFailedError(text, [...values], error);
}

/** To write costs more than most statements do. */
function gather(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** The driver would look its local time up. It writes years before the first and beyond the 9999th in PostgreSQL's own way. */
function withoutDate(value: unknown): unknown {
  if (!(value instanceof Date)) return value;
  const text = value.toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? text : value;
}
