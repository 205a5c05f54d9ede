import Database from 'better-sqlite3';
import { connected, LIFT_QUOTA } from './database.mjs';

export const CONVERSATIONS_EACH = 20;
export const MESSAGES_EACH = 50;
const A_PERSON = CONVERSATIONS_EACH * MESSAGES_EACH;
/** In one message of a hundred, and so in every other conversation. */
export const SOUGHT = '天气';
export const FOUND = CONVERSATIONS_EACH / 2;
const DEEP = 10_000;

/** What engines have no common words for; all else is the same SQL. */
export const dialects = {
  sqlite: {
    id: (kind, n) => `printf('0190000${kind}-0000-7000-8000-%012x', ${n})`,
    time: (n) => `strftime('%Y-%m-%d %H:%M:%f', '2026-01-01', '+' || (${n}) || ' seconds')`,
    idOf: (id) => `'${id}'`,
  },
  postgres: {
    id: (kind, n) => `('0190000${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`,
    time: (n) => `TIMESTAMPTZ '2026-01-01' + (${n}) * INTERVAL '1 second'`,
    idOf: (id) => `'${id}'::uuid`,
  },
};

export const series = (count) =>
  `WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < ${count - 1})`;
export const placed = (table, columns) =>
  `(SELECT ${columns}, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM ${table}) owner`;
const text = (n) =>
  `'Message ' || ${n} || ' of topic ' || (${n} * 7919 % 1000) || CASE WHEN ${n} % 100 = 7 THEN ' ${SOUGHT} 很好' ELSE ' in plain words' END`;

function conversations({ id, time }, rows, n, count) {
  return `
    INSERT INTO conversations (id, user_id, title, title_search, model, message_count, last_message_content,
      last_message_role, last_message_at, active_leaf_id, next_seq, created_at, updated_at)
    ${rows(`${id('c', n)}, owner.id, 'Talk ' || ${n}, 'talk ' || ${n}, 'gpt-4o', ${count}, 'the last', 'assistant',
      ${time(n)}, ${id('a', `(${n}) * ${count} + ${count - 1}`)}, ${count + 1}, ${time(n)}, ${time(n)}`)}`;
}

function messages({ id, time }, kind, conversation, count) {
  const n = `(owner.place * ${count} + n)`;
  return `
    INSERT INTO messages (id, conversation_id, user_id, parent_id, seq, role, content, content_search, tokens_used,
      status, is_active, created_at, updated_at)
    ${series(count)}
    SELECT ${id(kind, n)}, owner.id, owner.user_id, CASE WHEN n = 0 THEN NULL ELSE ${id(kind, `${n} - 1`)} END, n + 1,
      CASE WHEN n % 2 = 0 THEN 'user' ELSE 'assistant' END, ${text(n)}, lower(${text(n)}), 12, 'complete', TRUE,
      ${time(n)}, ${time(n)}
    FROM ${conversation} CROSS JOIN series`;
}

/**
 * So many messages, the same every time, shared out among those who are there and others; and `deepUser` alone has one
 * conversation that is long. Every other person has as much as anybody has at any size.
 */
function statements(engine, count, deepUser) {
  const dialect = dialects[engine];
  const { id, time, idOf } = dialect;
  const others = count / A_PERSON - 1;
  const each = `owner.place * ${CONVERSATIONS_EACH} + n`;
  const deep = idOf('0190000d-0000-7000-8000-000000000000');
  return [
    LIFT_QUOTA,
    `INSERT INTO users (id, username, username_key, password_hash, created_at, updated_at)
     ${series(others)} SELECT ${id('b', 'n')}, 'other-' || n, 'other-' || n, '-', ${time('n')}, ${time('n')} FROM series`,
    conversations(
      dialect,
      (columns) =>
        `${series(CONVERSATIONS_EACH)} SELECT ${columns}
         FROM ${placed('users', 'id')} CROSS JOIN series WHERE owner.id <> ${idOf(deepUser)}`,
      each,
      MESSAGES_EACH,
    ),
    messages(dialect, 'a', placed('conversations', 'id, user_id'), MESSAGES_EACH),
    `INSERT INTO conversations (id, user_id, title, title_search, model, message_count, next_seq, created_at, updated_at)
     VALUES (${deep}, ${idOf(deepUser)}, 'Long', 'long', 'gpt-4o', ${DEEP}, ${DEEP + 1}, ${time(0)}, ${time(0)})`,
    messages(dialect, 'e', `(SELECT id, user_id, 0 AS place FROM conversations WHERE id = ${deep}) owner`, DEEP),
  ];
}

export const DEEP_CONVERSATION = '0190000d-0000-7000-8000-000000000000';

/** Into a database that has nothing but its people. */
export const growers = {
  sqlite: async (file, count, deepUser) => {
    const database = new Database(file);
    database.pragma('synchronous = OFF');
    database.pragma('foreign_keys = OFF');
    database.transaction(() => statements('sqlite', count, deepUser).forEach((sql) => database.exec(sql)))();
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  },
  postgres: (url, count, deepUser) =>
    connected(url, async (client) => {
      // Row by row, references take most of the time.
      await client.query('SET session_replication_role = replica');
      await client.query('BEGIN');
      for (const sql of statements('postgres', count, deepUser)) await client.query(sql);
      await client.query('COMMIT');
      // As autovacuum would, after a while.
      await client.query('VACUUM ANALYZE');
    }),
};
