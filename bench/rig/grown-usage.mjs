import Database from 'better-sqlite3';
import { connected } from './database.mjs';
import { dialects, placed, series } from './grown-data.mjs';

export const TURNS_EACH = 1_000;
const TURNS_A_DAY = 10;
const TURNS_A_CONVERSATION = 20;

/** How many days ago, in UTC. */
const days = {
  sqlite: (ago) => `date('now', '-' || (${ago}) || ' days')`,
  postgres: (ago) => `to_char((now() AT TIME ZONE 'UTC')::date - (${ago})::integer, 'YYYY-MM-DD')`,
};

/** So many turns in the ledger and in the sums that are kept of it: of each user ten a day, with two models. */
function statements(engine, turns, adminId) {
  const { id, time, idOf } = dialects[engine];
  const n = `(owner.place * ${TURNS_EACH} + n)`;
  const others = turns / TURNS_EACH - 2;
  const sums = ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cost_micros'];
  return [
    `INSERT INTO user_roles (user_id, role_name) VALUES (${idOf(adminId)}, 'admin')`,
    `INSERT INTO users (id, username, username_key, password_hash, created_at, updated_at)
     ${series(others)} SELECT ${id('b', 'n')}, 'other-' || n, 'other-' || n, '-', ${time('n')}, ${time('n')} FROM series`,
    `INSERT INTO usage_ledger (id, at, day, user_id, conversation_id, turn_id, model, plan, prompt_tokens,
       completion_tokens, total_tokens, charged_tokens, cost_micros, status, own_key, cached, first_token_ms)
     ${series(TURNS_EACH)}
     SELECT ${id('c', n)}, ${time(n)}, ${days[engine](`n / ${TURNS_A_DAY}`)}, owner.id,
       ${id('a', `${n} / ${TURNS_A_CONVERSATION}`)}, ${id('d', n)},
       CASE WHEN n % 2 = 0 THEN 'gpt-4o' ELSE 'gpt-4o-mini' END, CASE WHEN owner.place % 2 = 0 THEN 'free' ELSE 'vip' END,
       100, 20, 120, 120, 7, 'complete', FALSE, FALSE, 300
     FROM ${placed('users', 'id')} CROSS JOIN series`,
    `INSERT INTO usage_days (user_id, day, model, plan, requests, failures, ${sums}, first_tokens, first_token_ms)
     SELECT user_id, day, model, plan, COUNT(*), 0, ${sums.map((sum) => `SUM(${sum})`)}, COUNT(*), SUM(first_token_ms)
     FROM usage_ledger GROUP BY user_id, day, model, plan`,
  ];
}

export const usageGrowers = {
  sqlite: async (file, turns, adminId) => {
    const database = new Database(file);
    database.pragma('synchronous = OFF');
    database.transaction(() => statements('sqlite', turns, adminId).forEach((sql) => database.exec(sql)))();
    database.exec('ANALYZE');
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  },
  postgres: (url, turns, adminId) =>
    connected(url, async (client) => {
      for (const sql of statements('postgres', turns, adminId)) await client.query(sql);
      await client.query('VACUUM ANALYZE');
    }),
};
