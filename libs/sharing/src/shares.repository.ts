import { Injectable } from '@nestjs/common';
import { type Db, timeOf, type Tx } from '#platform';
import type { SharedMessage } from './share';
import { ShareEntity } from './share.entity';

/** What a link leads to. */
export interface FoundShare {
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly passwordHash: string | null;
  readonly createdAt: Date;
}

export interface SnapshotSize {
  readonly messages: number;
  readonly bytes: number;
}

type Timed<T> = Omit<T, 'createdAt'> & { readonly createdAt: Date | string };

// The messages' table is a neighbour's, but a copy that never leaves the database is exact and costs no memory.
const SHOWN = `messages.is_active = ? AND messages.role <> 'system' AND messages.status <> 'streaming'
  AND messages.content <> ''`;

@Injectable()
export class SharesRepository {
  async sizeOfSnapshot(tx: Tx, conversationId: string): Promise<SnapshotSize> {
    const [row] = await tx.query<{ messages: number; bytes: number | string | null }>(
      `SELECT COUNT(*) AS "messages", SUM(OCTET_LENGTH(content)) AS "bytes"
       FROM messages WHERE conversation_id = ? AND ${SHOWN}`,
      [conversationId, true],
    );
    return { messages: Number(row?.messages), bytes: Number(row?.bytes) };
  }

  /** With what the conversation shows now. */
  async insert(tx: Tx, share: ShareEntity): Promise<void> {
    await tx.getRepository(ShareEntity).insert({ ...share });
    await tx.execute(
      `INSERT INTO shared_messages (share_id, seq, role, content, model, tokens_used, created_at)
       SELECT shares.id, messages.seq, messages.role, messages.content, messages.model, messages.tokens_used,
         messages.created_at
       FROM shares JOIN messages ON messages.conversation_id = shares.conversation_id
       WHERE shares.id = ? AND ${SHOWN}`,
      [share.id, true],
    );
  }

  /** The newest first. */
  list(tx: Tx, conversationId: string): Promise<ShareEntity[]> {
    return tx.getRepository(ShareEntity).find({ where: { conversationId }, order: { id: 'DESC' } });
  }

  count(tx: Tx, conversationId: string): Promise<number> {
    return tx.getRepository(ShareEntity).countBy({ conversationId });
  }

  /** False: there is none of this conversation's. */
  async delete(tx: Tx, conversationId: string, id: string): Promise<boolean> {
    const { affected } = await tx.getRepository(ShareEntity).delete({ id, conversationId });
    return affected === 1;
  }

  async deleteExpired(db: Db, now: Date): Promise<void> {
    await db.execute('DELETE FROM shares WHERE expires_at <= ?', [now]);
  }

  /** Not one that is over, or whose owner has been deactivated. */
  async findByToken(db: Db, tokenHash: string, now: Date): Promise<FoundShare | undefined> {
    const [row] = await db.query<Timed<FoundShare>>(
      `SELECT shares.id AS "id", title AS "title", model AS "model", shares.password_hash AS "passwordHash",
         shares.created_at AS "createdAt"
       FROM shares JOIN users ON users.id = shares.user_id
       WHERE token_hash = ? AND (expires_at IS NULL OR expires_at > ?) AND users.is_active = ?`,
      [tokenHash, now, true],
    );
    return row && { ...row, createdAt: timeOf(row.createdAt) };
  }

  async countView(db: Db, id: string): Promise<void> {
    await db.execute('UPDATE shares SET view_count = view_count + 1 WHERE id = ?', [id]);
  }

  async messages(db: Db, shareId: string): Promise<SharedMessage[]> {
    const rows = await db.query<Timed<SharedMessage>>(
      `SELECT role AS "role", content AS "content", model AS "model", tokens_used AS "tokensUsed",
         created_at AS "createdAt"
       FROM shared_messages WHERE share_id = ? ORDER BY seq`,
      [shareId],
    );
    return rows.map((row) => ({ ...row, createdAt: timeOf(row.createdAt) }));
  }
}
