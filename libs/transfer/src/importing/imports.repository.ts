import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '#platform';

@Injectable()
export class ImportsRepository {
  /** The same was imported before. */
  async has(db: Db, userId: string, sourceKey: string): Promise<boolean> {
    const sql = 'SELECT user_id FROM imported_conversations WHERE user_id = ? AND source_key = ?';
    return (await db.query(sql, [userId, sourceKey])).length > 0;
  }

  /** False: the same was imported before. Of several at once one is told true, once the others' transactions have ended. */
  async note(tx: Tx, userId: string, sourceKey: string, conversationId: string): Promise<boolean> {
    await tx.execute(
      `INSERT INTO imported_conversations (user_id, source_key, conversation_id) VALUES (?, ?, ?)
       ${tx.engine === 'mysql' ? 'ON DUPLICATE KEY UPDATE user_id = user_id' : 'ON CONFLICT DO NOTHING'}`,
      [userId, sourceKey, conversationId],
    );
    const lock = tx.engine === 'sqlite' ? '' : 'FOR UPDATE';
    const [row] = await tx.query<{ id: string }>(
      `SELECT conversation_id AS "id" FROM imported_conversations WHERE user_id = ? AND source_key = ? ${lock}`,
      [userId, sourceKey],
    );
    return row?.id === conversationId;
  }
}
