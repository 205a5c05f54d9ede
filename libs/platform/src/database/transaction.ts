import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { AppError } from '#kernel';
import { databaseErrorOf, isTransient } from './database-errors';
import { Db, Tx } from './db';
import { type Engine, engineOf } from './engine';
import { insideTransaction } from './open-transaction';
import type { Part } from './part';
import { noteFailures } from './statement-failures';

const ATTEMPTS = 5;
/** Waiting for locks takes time of its own; no attempt begins after this. */
const RETRY_FOR_MS = 5_000;

@Injectable()
export class Transaction {
  private readonly logger = new Logger(Transaction.name);

  readonly engine: Engine;

  constructor(private readonly dataSource: DataSource) {
    this.engine = engineOf(dataSource);
  }

  /**
   * Runs `work` in a transaction: all of what it does through `tx`, or nothing. On a deadlock and its kind the whole
   * work runs again, so outside of `tx` it changes nothing, and it never waits for the network.
   *
   * A statement that fails dooms the transaction on every engine, as it does on PostgreSQL, even if its error is
   * caught: see `Tx.savepoint`.
   */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.untilDone(() => this.runOnce(work));
  }

  /** A statement that is a whole transaction, and runs again as one. */
  atOnce<Row extends object>(statement: Part): Promise<Row[]> {
    return this.untilDone(() => new Db(this.dataSource.manager).ask<Row>(statement));
  }

  private async untilDone<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + RETRY_FOR_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const retry = isTransient(error) && attempt < ATTEMPTS && performance.now() < deadline;
        if (!retry) throw databaseErrorOf(error) ?? error;
        this.logger.debug({ msg: 'transaction runs again', attempt, err: error });
      }
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }

  private async runOnce<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const failures = noteFailures(runner);
      const result = await insideTransaction(this.dataSource, () => work(new Tx(runner.manager, failures)));
      if (failures.first !== undefined) throw failures.first;
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      // PostgreSQL's runner lets go of a connection that was lost between two statements.
      throw error instanceof QueryRunnerAlreadyReleasedError
        ? new AppError('database_unavailable', { cause: error })
        : error;
    } finally {
      await runner.release();
    }
  }
}
