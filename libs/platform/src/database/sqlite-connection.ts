import type BetterSqlite3 from 'better-sqlite3';
import { FifoLock } from './fifo-lock';

const STATEMENTS_KEPT = 500;

/** The one connection that all query runners of a process share, in turns. */
export class SqliteConnection {
  readonly turn = new FifoLock();
  private readonly statements = new Map<string, BetterSqlite3.Statement<unknown[]>>();

  constructor(private readonly database: BetterSqlite3.Database) {}

  get inTransaction(): boolean {
    return this.database.inTransaction;
  }

  /** Safe to share: a statement runs from its beginning to its end without giving way. */
  prepare(sql: string): BetterSqlite3.Statement<unknown[]> {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare<unknown[]>(sql);
    if (this.statements.size >= STATEMENTS_KEPT) this.statements.clear();
    this.statements.set(sql, statement);
    return statement;
  }

  checkForeignKeys(on: boolean): void {
    this.database.pragma(`foreign_keys = ${on ? 'ON' : 'OFF'}`);
  }
}
