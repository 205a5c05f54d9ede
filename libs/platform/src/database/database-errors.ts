import { QueryFailedError } from 'typeorm';
import { AppError } from '#kernel';
import { uniqueName } from './snake-case-names';

interface DriverError {
  /** SQLSTATE of PostgreSQL; names of MySQL, of SQLite and of the operating system. */
  readonly code?: string;
  readonly message: string;
  /** PostgreSQL alone names it. */
  readonly constraint?: string;
  /** MySQL's word for a connection that is gone. */
  readonly fatal?: boolean;
}

/** Another try may succeed: deadlock, serialization failure, a lock held for too long. */
const transient = /^(40001|40P01|55P03|ER_LOCK_DEADLOCK|ER_LOCK_WAIT_TIMEOUT|ER_CHECKREAD|SQLITE_(BUSY|LOCKED).*)$/;

const unavailable = [
  // Connection, resources, operator, system; read-only; a table that is not there: not migrated yet.
  /^(08|53|57|58)|^(25006|42P01)$/,
  /^SQLITE_(READONLY|FULL|IOERR|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/,
  /^ER_(OPTION_PREVENTS_STATEMENT|READ_ONLY_MODE|CANT_EXECUTE_IN_READ_ONLY_TRANSACTION|NO_SUCH_TABLE)$/,
  /^ER_(DISK_FULL|RECORD_FILE_FULL|ERROR_ON_WRITE|QUERY_INTERRUPTED|QUERY_TIMEOUT|STATEMENT_TIMEOUT)$/,
  /^ER_(CON_COUNT_ERROR|SERVER_SHUTDOWN|CONNECTION_KILLED|OUT_OF_RESOURCES|OUTOFMEMORY)$/,
  // Of the operating system, such as ECONNRESET.
  /^E[A-Z]+$|^PROTOCOL_CONNECTION_LOST$/,
];

/** What drivers tell in words alone. */
const unavailableWords =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|The database connection is not open|no such table)/;

/** The error to answer with if the store is away, busy or refuses to work; undefined for anything else. */
export function databaseErrorOf(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error.kind === 'database_unavailable' ? error : undefined;
  const { code = '', message, fatal } = driverErrorOf(error) ?? { message: '' };
  const matches =
    fatal === true ||
    transient.test(code) ||
    unavailable.some((codes) => codes.test(code)) ||
    unavailableWords.test(message);
  return matches ? new AppError('database_unavailable', { cause: error }) : undefined;
}

/** Of a driver's error, wrapped by TypeORM or not. */
export function isTransient(error: unknown): boolean {
  return transient.test((error as Partial<DriverError> | undefined)?.code ?? '');
}

const uniqueViolations = ['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];

/** Whether a row was refused because it exists; with a table and columns: because of their unique constraint. */
export function isUniqueViolation(error: unknown, table?: string, ...columns: readonly string[]): boolean {
  const { code = '', message, constraint } = driverErrorOf(error) ?? { message: '' };
  if (!uniqueViolations.includes(code)) return false;
  if (table === undefined) return true;
  const name = uniqueName(table, columns);
  if (constraint !== undefined) return constraint === name;
  // MySQL tells the index, with or without its table; SQLite the columns, or the index if it covers some rows only.
  const subject = code === 'ER_DUP_ENTRY' ? /for key '(?:[^']*\.)?([^'.]+)'$/.exec(message)?.[1] : message;
  const listed = columns.map((column) => `${table}.${column}`).join(', ');
  return subject === name || message.endsWith(`failed: ${listed}`) || message.endsWith(`failed: index '${name}'`);
}

/** What the driver said, for the operator. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AppError && error.cause !== undefined) return reasonOf(error.cause);
  // An attempt at several addresses of one host fails without words.
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}

function driverErrorOf(error: unknown): DriverError | undefined {
  return error instanceof QueryFailedError ? (error.driverError as DriverError) : undefined;
}
