import { Injectable } from '@nestjs/common';
import type { Tx } from '#platform';
import type { Node } from './branch';

type Row = Omit<Node, 'isActive'> & { readonly isActive: boolean | number };

const NODES = 'SELECT id AS "id", parent_id AS "parentId", seq AS "seq", is_active AS "isActive" FROM messages';

/** Far below what any engine takes as the values of one statement. */
const IDS_AT_ONCE = 1_000;

@Injectable()
export class TreeRepository {
  async node(tx: Tx, conversationId: string, id: string): Promise<Node | undefined> {
    const [row] = await tx.query<Row>(`${NODES} WHERE id = ? AND conversation_id = ?`, [id, conversationId]);
    return row && toNode(row);
  }

  /** In the order of `seq`. */
  async nodesFrom(tx: Tx, conversationId: string, seq: number): Promise<Node[]> {
    const rows = await tx.query<Row>(`${NODES} WHERE conversation_id = ? AND seq >= ? ORDER BY seq`, [
      conversationId,
      seq,
    ]);
    return rows.map(toNode);
  }

  /** How many were active. */
  deactivateAfter(tx: Tx, conversationId: string, seq: number): Promise<number> {
    return tx.execute('UPDATE messages SET is_active = ? WHERE conversation_id = ? AND is_active = ? AND seq > ?', [
      false,
      conversationId,
      true,
      seq,
    ]);
  }

  async activate(tx: Tx, ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      await tx.execute(`UPDATE messages SET is_active = ? WHERE id IN (${some.map(() => '?').join(', ')})`, [
        true,
        ...some,
      ]);
    }
  }

  /** Its children take its parent. */
  async delete(tx: Tx, conversationId: string, { id, parentId }: Pick<Node, 'id' | 'parentId'>): Promise<void> {
    await tx.execute('UPDATE messages SET parent_id = ? WHERE conversation_id = ? AND parent_id = ?', [
      ...[parentId, conversationId, id],
    ]);
    await tx.execute('DELETE FROM messages WHERE id = ?', [id]);
  }
}

function toNode(row: Row): Node {
  return { ...row, isActive: Boolean(row.isActive) };
}
