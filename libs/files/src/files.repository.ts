import { Injectable } from '@nestjs/common';
import { type Db, type SqlValue, timeOf, type Tx } from '#platform';
import type { StoredFile } from './stored-file';

type Row = Omit<StoredFile, 'size' | 'createdAt'> & {
  readonly size: number | string;
  readonly createdAt: Date | string;
};

/** A file that nobody will miss, as it was seen. */
export interface Leftover {
  readonly id: string;
  readonly attachedAt: Date | null;
  readonly hiddenSince: Date | null;
}

interface Overdue {
  /** Hidden before: whoever stored it or took it away was broken off. */
  readonly hidden: Date;
  /** Uploaded before, and never attached: forgotten. */
  readonly unattached: Date;
}

const SHOWN = `id AS "id", name AS "name", type AS "type", size AS "size", sha256 AS "sha256", width AS "width",
  height AS "height", created_at AS "createdAt"`;

const AT_ONCE = 200;

@Injectable()
export class FilesRepository {
  /** What the user's files take; nobody else adds to them until the transaction ends. Undefined: there is no such user. */
  async lockTaken(tx: Tx, userId: string): Promise<number | undefined> {
    const lock = { sqlite: '', mysql: 'FOR UPDATE', postgres: 'FOR NO KEY UPDATE' }[tx.engine];
    // The users' table is a neighbour's; its row is what all of a user's uploads have in common.
    const users = await tx.query(`SELECT id FROM users WHERE id = ? ${lock}`, [userId]);
    if (users.length === 0) return undefined;
    const sql = 'SELECT COALESCE(SUM(size), 0) AS "taken" FROM files WHERE user_id = ?';
    const [row] = await tx.query<{ taken: number | string }>(sql, [userId]);
    return Number(row?.taken ?? 0);
  }

  /** One that is called and kept the same. */
  async findSame(tx: Tx, userId: string, { name, type, sha256 }: StoredFile): Promise<StoredFile | undefined> {
    const [row] = await tx.query<Row>(
      `SELECT ${SHOWN} FROM files
       WHERE user_id = ? AND hidden_since IS NULL AND sha256 = ? AND name = ? AND type = ? ORDER BY id LIMIT 1`,
      [userId, sha256, name, type],
    );
    return row && toFile(row);
  }

  /** Hidden, until it is shown. */
  async insert(tx: Tx, userId: string, file: StoredFile): Promise<void> {
    const { id, name, type, size, sha256, width, height, createdAt } = file;
    await tx.execute(
      `INSERT INTO files (id, user_id, name, type, size, sha256, width, height, attached_at, hidden_since, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, userId, name, type, size, sha256, width, height, null, createdAt, createdAt],
    );
  }

  /** False: it is gone, with its owner. */
  async show(db: Db, userId: string, id: string): Promise<boolean> {
    const sql = 'UPDATE files SET hidden_since = NULL WHERE id = ? AND user_id = ?';
    return (await db.execute(sql, [id, userId])) === 1;
  }

  async find(db: Db, userId: string, id: string): Promise<StoredFile | undefined> {
    return (await this.some(db, userId, [id]))[0];
  }

  /** Those of them that there are. */
  async some(db: Db, userId: string, ids: readonly string[]): Promise<StoredFile[]> {
    if (ids.length === 0) return [];
    const rows = await db.query<Row>(
      `SELECT ${SHOWN} FROM files WHERE user_id = ? AND hidden_since IS NULL AND id IN (${placesFor(ids)})`,
      [userId, ...ids],
    );
    return rows.map(toFile);
  }

  /** In the order in which they were uploaded. */
  async after(db: Db, userId: string, id: string | undefined): Promise<StoredFile[]> {
    const rows = await db.query<Row>(
      `SELECT ${SHOWN} FROM files WHERE user_id = ? AND hidden_since IS NULL ${id === undefined ? '' : 'AND id > ?'}
       ORDER BY id LIMIT ?`,
      [userId, ...(id === undefined ? [] : [id]), AT_ONCE],
    );
    return rows.map(toFile);
  }

  /** Whoever takes leftovers away does not get them from now on. */
  async use(tx: Tx, userId: string, conversationId: string, ids: readonly string[], at: Date): Promise<void> {
    await tx.execute(
      `UPDATE files SET attached_at = ? WHERE user_id = ? AND hidden_since IS NULL AND id IN (${placesFor(ids)})`,
      [at, userId, ...ids],
    );
    await tx.execute(
      `INSERT INTO file_uses (file_id, conversation_id)
       SELECT id, ${tx.engine === 'postgres' ? 'CAST(? AS uuid)' : '?'} FROM files
       WHERE user_id = ? AND hidden_since IS NULL AND id IN (${placesFor(ids)})
       ${tx.engine === 'mysql' ? 'ON DUPLICATE KEY UPDATE file_id = file_id' : 'ON CONFLICT DO NOTHING'}`,
      [conversationId, userId, ...ids],
    );
  }

  /** False: there is no such file of this user's. */
  async hide(db: Db, userId: string, id: string, at: Date): Promise<boolean> {
    const sql = 'UPDATE files SET hidden_since = ? WHERE id = ? AND user_id = ? AND hidden_since IS NULL';
    return (await db.execute(sql, [at, id, userId])) === 1;
  }

  /** Some of those that nobody will miss. */
  leftovers(db: Db, { hidden, unattached }: Overdue): Promise<Leftover[]> {
    return this.leftoversWhere(
      db,
      `hidden_since < ? OR (hidden_since IS NULL AND
         (user_id IS NULL OR (attached_at IS NULL AND created_at < ?) OR (attached_at IS NOT NULL AND ${UNUSED})))`,
      [hidden, unattached],
    );
  }

  /** Some of those whose owners are gone. */
  abandoned(db: Db): Promise<Leftover[]> {
    return this.leftoversWhere(db, 'user_id IS NULL AND hidden_since IS NULL', []);
  }

  /** Some of those whose conversations are gone. */
  leftoversOf(db: Db, userId: string): Promise<Leftover[]> {
    const where = `user_id = ? AND hidden_since IS NULL AND attached_at IS NOT NULL AND ${UNUSED}`;
    return this.leftoversWhere(db, where, [userId]);
  }

  /** False: somebody else takes it away, or somebody has attached it. */
  async claim(db: Db, { id, attachedAt, hiddenSince }: Leftover, at: Date): Promise<boolean> {
    const same = (column: string, value: Date | null): readonly [string, ...SqlValue[]] =>
      value === null ? [`${column} IS NULL`] : [`${column} = ?`, value];
    const [attached, ...attachedValues] = same('attached_at', attachedAt);
    const [hidden, ...hiddenValues] = same('hidden_since', hiddenSince);
    const claimed = await db.execute(`UPDATE files SET hidden_since = ? WHERE id = ? AND ${attached} AND ${hidden}`, [
      at,
      id,
      ...attachedValues,
      ...hiddenValues,
    ]);
    return claimed === 1;
  }

  async delete(db: Db, id: string): Promise<void> {
    await db.execute('DELETE FROM files WHERE id = ?', [id]);
  }

  private async leftoversWhere(db: Db, where: string, values: readonly SqlValue[]): Promise<Leftover[]> {
    const rows = await db.query<{ id: string; attachedAt: Date | string | null; hiddenSince: Date | string | null }>(
      `SELECT id AS "id", attached_at AS "attachedAt", hidden_since AS "hiddenSince" FROM files
       WHERE ${where} ORDER BY id LIMIT ?`,
      [...values, AT_ONCE],
    );
    return rows.map(({ id, attachedAt, hiddenSince }) => ({
      id,
      attachedAt: attachedAt === null ? null : timeOf(attachedAt),
      hiddenSince: hiddenSince === null ? null : timeOf(hiddenSince),
    }));
  }
}

const UNUSED = 'NOT EXISTS (SELECT 1 FROM file_uses WHERE file_id = files.id)';

function placesFor(ids: readonly string[]): string {
  return ids.map(() => '?').join(', ');
}

function toFile(row: Row): StoredFile {
  return { ...row, size: Number(row.size), createdAt: timeOf(row.createdAt) };
}
