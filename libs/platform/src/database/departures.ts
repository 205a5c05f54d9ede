import { Injectable } from '@nestjs/common';
import type { Tx } from './db';

type Counts = Readonly<Record<string, number>>;

/** How much of each kind went with an account, and how much is kept without saying whose it was. */
export interface DepartureReport {
  readonly removed: Counts;
  readonly kept: Counts;
}

interface Leaving extends Partial<DepartureReport> {
  /** What no transaction does; once it is committed. */
  readonly afterwards?: () => Promise<void>;
}

type Room = (tx: Tx, userId: string) => Promise<Leaving>;

export interface Departure {
  readonly report: DepartureReport;
  readonly afterwards: () => Promise<void>;
}

/**
 * What the rooms have of a user who leaves. Rows that refer to his go with it, by their foreign keys; here each room
 * tells of them, and sees to what does not go by itself.
 */
@Injectable()
export class Departures {
  private readonly rooms: Room[] = [];

  add(room: Room): void {
    this.rooms.push(room);
  }

  /** Rows that go; their table has the `user_id`. */
  addRemoved(...tables: readonly string[]): void {
    for (const table of tables) {
      this.add(async (tx, userId) => ({ removed: { [table]: await countOf(tx, table, userId) } }));
    }
  }

  addKept(table: string, name: string): void {
    this.add(async (tx, userId) => ({ kept: { [name]: await countOf(tx, table, userId) } }));
  }

  /** In the transaction that deletes the user, before it does. */
  async prepare(tx: Tx, userId: string): Promise<Departure> {
    const leaving: Leaving[] = [];
    for (const room of this.rooms) leaving.push(await room(tx, userId));
    const sum = (all: readonly (Counts | undefined)[]): Counts => Object.assign({}, ...all) as Counts;
    return {
      report: { removed: sum(leaving.map(({ removed }) => removed)), kept: sum(leaving.map(({ kept }) => kept)) },
      afterwards: async () => {
        for (const { afterwards } of leaving) await afterwards?.();
      },
    };
  }
}

async function countOf(tx: Tx, table: string, userId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(`SELECT COUNT(*) AS "count" FROM ${table} WHERE user_id = ?`, [
    userId,
  ]);
  return Number(row?.count);
}
