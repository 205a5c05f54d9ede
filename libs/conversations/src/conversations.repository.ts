import { Injectable } from '@nestjs/common';
import { type Db, type SqlValue, timeOf, type Tx } from '#platform';
import type { Conversation, ConversationDetails } from './conversation';
import type { Place } from './conversation-cursor';
import type { ConversationFilter, ConversationSort, ListOrder } from './conversation-search';
import { ConversationEntity } from './conversation.entity';
import type { MessageRole } from './message-role';
import { containing } from './search-text';

interface Slice {
  readonly sort: ConversationSort;
  readonly order: ListOrder;
  /** The slice begins behind it. */
  readonly after: Place | undefined;
  readonly offset: number;
  readonly limit: number;
}

type Contents = Pick<
  ConversationEntity,
  'title' | 'titleSearch' | 'model' | 'systemMessage' | 'apiKeySealed' | 'updatedAt'
>;
type NewRow = Contents & Pick<ConversationEntity, 'id' | 'userId' | 'createdAt'>;
/** All of it, but for the turns that run in it. */
type ConversationRow = Omit<ConversationEntity, 'revision' | 'runningMessageId' | 'leaseOwner' | 'leaseUntil'>;
type Change = Partial<Contents & Pick<ConversationEntity, 'isArchived' | 'isPinned'>>;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly messageCount: number;
  readonly isArchived: boolean | number;
  readonly isPinned: boolean | number;
  readonly createdAt: Date | string;
  readonly updatedAt: Date | string;
  readonly lastContent: string | null;
  readonly lastRole: MessageRole | null;
  readonly lastAt: Date | string | null;
}

interface DetailsRow extends Row {
  readonly systemMessage: string | null;
  readonly hasOwnKey: boolean | number;
}

type Condition = readonly [sql: string, ...values: SqlValue[]];

const SHOWN = `id AS "id", title AS "title", model AS "model", message_count AS "messageCount",
  is_archived AS "isArchived", is_pinned AS "isPinned", created_at AS "createdAt", updated_at AS "updatedAt",
  last_message_content AS "lastContent", last_message_role AS "lastRole", last_message_at AS "lastAt"`;

const sortColumns: Readonly<Record<ConversationSort, string>> = {
  updated_at: 'updated_at',
  created_at: 'created_at',
  title: 'title_search',
};

@Injectable()
export class ConversationsRepository {
  async plant(tx: Tx, row: ConversationRow): Promise<void> {
    await tx.getRepository(ConversationEntity).insert({ ...row });
  }

  async insert(db: Db, row: NewRow): Promise<void> {
    await db.getRepository(ConversationEntity).insert({ ...row });
  }

  async slice(db: Db, userId: string, filter: ConversationFilter, slice: Slice): Promise<Conversation[]> {
    const { sort, order, after, offset, limit } = slice;
    const { where, values } = matching([...conditions(userId, filter), ...(after ? [behind(after, slice)] : [])]);
    const rows = await db.query<Row>(
      `SELECT ${SHOWN} FROM conversations WHERE ${where}
       ORDER BY ${sortColumns[sort]} ${order}, id ${order} LIMIT ? OFFSET ?`,
      [...values, limit, offset],
    );
    return rows.map(toConversation);
  }

  async count(db: Db, userId: string, filter: ConversationFilter): Promise<number> {
    const { where, values } = matching(conditions(userId, filter));
    const [row] = await db.query<{ count: number }>(
      `SELECT COUNT(*) AS "count" FROM conversations WHERE ${where}`,
      values,
    );
    return row?.count ?? 0;
  }

  async find(db: Db, userId: string, id: string): Promise<ConversationDetails | undefined> {
    const [row] = await db.query<DetailsRow>(
      `SELECT ${SHOWN}, system_message AS "systemMessage", api_key_sealed IS NOT NULL AS "hasOwnKey"
       FROM conversations WHERE id = ? AND user_id = ?`,
      [id, userId],
    );
    if (row === undefined) return undefined;
    const { systemMessage, hasOwnKey } = row;
    return Object.assign(toConversation(row), { systemMessage, hasOwnKey: Boolean(hasOwnKey) });
  }

  async update(db: Db, userId: string, id: string, change: Change): Promise<void> {
    await db.getRepository(ConversationEntity).update({ id, userId }, change);
  }

  async nameUnnamed(
    db: Db,
    userId: string,
    id: string,
    name: Pick<Contents, 'title' | 'titleSearch'>,
  ): Promise<boolean> {
    const { affected } = await db.getRepository(ConversationEntity).update({ id, userId, title: '' }, name);
    return affected === 1;
  }

  /** False: there is none of this user's. */
  async delete(db: Db, userId: string, id: string): Promise<boolean> {
    const { affected } = await db.getRepository(ConversationEntity).delete({ id, userId });
    return affected === 1;
  }

  /** False: something was said in it. */
  async deleteUnused(db: Db, userId: string, id: string): Promise<boolean> {
    const { affected } = await db.getRepository(ConversationEntity).delete({ id, userId, nextSeq: 1 });
    return affected === 1;
  }

  async sealedKey(db: Db, id: string): Promise<string | null> {
    const sql = 'SELECT api_key_sealed AS "sealed" FROM conversations WHERE id = ?';
    const [row] = await db.query<{ sealed: string | null }>(sql, [id]);
    return row?.sealed ?? null;
  }
}

function conditions(userId: string, { archived, search, model, from, to }: ConversationFilter): Condition[] {
  const found: Condition[] = [['user_id = ?', userId]];
  if (!archived) found.push(['is_archived = ?', false]);
  if (search) {
    // The messages' table is a neighbour's, but joining here spares a list of ids as long as the user's history.
    found.push([
      `(title_search LIKE ? ESCAPE '!' OR id IN
         (SELECT conversation_id FROM messages WHERE user_id = ? AND content_search LIKE ? ESCAPE '!'))`,
      ...[containing(search), userId, containing(search)],
    ]);
  }
  if (model !== undefined) found.push(['model = ?', model]);
  if (from !== undefined) found.push(['updated_at >= ?', from]);
  if (to !== undefined) found.push(['updated_at < ?', to]);
  return found;
}

/** Written so that every engine begins to read its index at the place: none of them does for an OR alone. */
function behind({ key, id }: Place, { sort, order }: Slice): Condition {
  const column = sortColumns[sort];
  const sign = order === 'asc' ? '>' : '<';
  return [`${column} ${sign}= ? AND (${column} ${sign} ? OR id ${sign} ?)`, key, key, id];
}

function matching(all: readonly Condition[]): { readonly where: string; readonly values: readonly SqlValue[] } {
  return { where: all.map(([sql]) => sql).join(' AND '), values: all.flatMap(([, ...values]) => values) };
}

function toConversation(row: Row): Conversation {
  const { id, title, model, messageCount, lastContent, lastRole, lastAt } = row;
  return {
    id,
    title,
    model,
    messageCount,
    isArchived: Boolean(row.isArchived),
    isPinned: Boolean(row.isPinned),
    createdAt: timeOf(row.createdAt),
    updatedAt: timeOf(row.updatedAt),
    lastMessage:
      lastContent === null || lastRole === null || lastAt === null
        ? null
        : { content: lastContent, role: lastRole, createdAt: timeOf(lastAt) },
  };
}
