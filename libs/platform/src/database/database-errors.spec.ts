import { QueryFailedError } from 'typeorm';
import { AppError } from '#kernel';
import { databaseErrorOf, isTransient, reasonOf } from './database-errors';

const failed = (driver: { code?: string; message?: string; fatal?: boolean }) =>
  new QueryFailedError('SELECT 1', [], Object.assign(new Error(driver.message ?? 'failed'), driver));

describe('a store that refuses', () => {
  it.each([
    { code: '57P01' },
    { code: '53100' },
    { code: '53300' },
    { code: '08006' },
    { code: '25006' },
    { code: 'ECONNRESET' },
    { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
    { code: 'ER_OPTION_PREVENTS_STATEMENT' },
    { code: 'ER_DISK_FULL' },
    { code: 'SQLITE_FULL' },
    { code: 'SQLITE_IOERR_WRITE' },
    { code: 'SQLITE_READONLY' },
    { message: 'Connection terminated unexpectedly' },
    { message: 'The database connection is not open' },
  ])('%j is unavailable, and not tried again', (driver) => {
    const error = failed(driver);
    expect(databaseErrorOf(error)).toMatchObject({ kind: 'database_unavailable', cause: error });
    expect(isTransient(error)).toBe(false);
  });

  it.each([
    '40001',
    '40P01',
    '55P03',
    'ER_LOCK_DEADLOCK',
    'ER_LOCK_WAIT_TIMEOUT',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
  ])('%s is tried again, and unavailable in the end', (code) => {
    expect(isTransient(failed({ code }))).toBe(true);
    expect(databaseErrorOf(failed({ code }))).toMatchObject({ kind: 'database_unavailable' });
  });
});

it.each([
  ['a syntax error', failed({ code: '42601' })],
  ['a unique violation', failed({ code: 'ER_DUP_ENTRY' })],
  ['an unknown column', failed({ code: 'SQLITE_ERROR', message: 'no such column: x' })],
  ['a refused connection of something else', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
  ['an error of ours', new AppError('not_found')],
  ['no error', undefined],
])('%s is no matter of the store', (_what, error) => {
  expect(databaseErrorOf(error)).toBeUndefined();
  expect(isTransient(error)).toBe(false);
});

it('finds the reason below what wraps it', () => {
  const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(reasonOf(new AppError('database_unavailable', { cause: refused }))).toBe('ECONNREFUSED');
  expect(reasonOf(failed({ message: 'disk is full' }))).toBe('disk is full');
});
