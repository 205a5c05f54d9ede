import type { Db } from '../database/db';
import type { Sealer } from './sealer';

/** Where sealed texts lie, one a row; the table has an `id`. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly placeOf: (id: string) => string;
}

export interface Resealed {
  readonly resealed: number;
  /** Opened by no key that is listed. */
  readonly lost: number;
}

interface Row {
  readonly id: string;
  readonly sealed: string;
}

const BATCH = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Seals by the newest key what another has sealed. What is changed meanwhile, or was done before, is left alone. */
export async function reseal(db: Db, sealer: Sealer, { table, column, placeOf }: SealedColumn): Promise<Resealed> {
  let [resealed, lost, last] = [0, 0, BEFORE_ALL];
  for (;;) {
    const rows = await db.query<Row>(
      `SELECT id AS "id", ${column} AS "sealed" FROM ${table}
       WHERE id > ? AND ${column} NOT LIKE ? ORDER BY id LIMIT ${BATCH}`,
      [last, `${sealer.newestPrefix}%`],
    );
    for (const { id, sealed } of rows) {
      const text = sealer.open(sealed, placeOf(id));
      if (text === undefined) lost += 1;
      else {
        const change = `UPDATE ${table} SET ${column} = ? WHERE id = ? AND ${column} = ?`;
        resealed += await db.execute(change, [sealer.seal(text, placeOf(id)), id, sealed]);
      }
    }
    if (rows.length < BATCH) return { resealed, lost };
    last = rows.at(-1)?.id ?? last;
  }
}
