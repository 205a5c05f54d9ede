import { FREE_PLAN, VIP_PLAN } from './plans/plan';

type Limit = 'daily_requests' | 'monthly_requests' | 'daily_tokens' | 'monthly_tokens';
type Figure = 'day_requests' | 'day_tokens' | 'month_requests' | 'month_tokens' | 'turns_running';
export type StandingRow = { readonly plan: string } & Readonly<Record<Limit, number | null>> &
  Readonly<Record<Figure, number>>;

/**
 * Of the user `u`, at the moment that the value says. A plan that is gone, or a term that is over, counts for nothing.
 * `users` is no neighbour of this room: its row is read here so that limits and counters are one question, never stale.
 */
const planName = `
  COALESCE(
    (SELECT name FROM plans WHERE name = u.plan),
    CASE WHEN u.is_vip AND (u.vip_expires_at IS NULL OR u.vip_expires_at > ?) THEN '${VIP_PLAN}' ELSE '${FREE_PLAN}' END
  )`;

const limit = (name: Limit) => `CASE WHEN o.user_id IS NULL THEN p.${name} ELSE o.${name} END AS ${name}`;

/** Values: now, day, month, user. */
const standing = (counters: string) => `
  SELECT p.name AS plan,
    ${limit('daily_requests')}, ${limit('monthly_requests')}, ${limit('daily_tokens')}, ${limit('monthly_tokens')},
    COALESCE(d.requests + d.requests_held, 0) AS day_requests,
    COALESCE(d.tokens + d.tokens_held, 0) AS day_tokens,
    COALESCE(m.requests + m.requests_held, 0) AS month_requests,
    COALESCE(m.tokens + m.tokens_held, 0) AS month_tokens,
    COALESCE(m.requests_held, 0) AS turns_running
  FROM users u
  JOIN plans p ON p.name = ${planName}
  LEFT JOIN quota_overrides o ON o.user_id = u.id
  LEFT JOIN ${counters} d ON d.user_id = u.id AND d.period = ?
  LEFT JOIN ${counters} m ON m.user_id = u.id AND m.period = ?
  WHERE u.id = ?`;

export const readStanding = standing('quota_counters');

/** Values: turn, day, month, now, tokens, prompt tokens, lease, user. */
export const insertHold = `
  INSERT INTO quota_holds (turn_id, user_id, day, month, plan, tokens, prompt_tokens, lease_until)
  SELECT ?, u.id, ?, ?, ${planName}, ?, ?, ? FROM users u WHERE u.id = ?`;

export const counterColumns = 'user_id, period, requests, tokens, requests_held, tokens_held';
export const ledgerColumns = `id, at, turn_id, conversation_id, model, prompt_tokens, completion_tokens, total_tokens, cost_micros,
  status, own_key, cached, first_token_ms, charged_tokens, user_id, plan, day`;
export const factValues = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';

/*
 * PostgreSQL takes, counts and looks, or lets go, counts and notes, in one statement. Whoever locks a user's counters
 * locks the month before the day, here and everywhere, so no two wait for each other.
 */

/** Values: those of `insertHold`, those of `readStanding`. */
export const openAtOnce = `
  WITH hold AS (${insertHold} RETURNING *),
  counted AS (
    INSERT INTO quota_counters (${counterColumns})
    SELECT hold.user_id, window_of.period, 0, 0, 1, hold.tokens
    FROM hold CROSS JOIN LATERAL (VALUES (hold.month), (hold.day)) AS window_of (period)
    ORDER BY window_of.period
    ON CONFLICT (user_id, period) DO UPDATE SET
      requests_held = quota_counters.requests_held + 1,
      tokens_held = quota_counters.tokens_held + excluded.tokens_held
    RETURNING *
  )
  ${standing('counted')}`;

/** Values: turn, most tokens to charge, requests to charge. */
const close = `
  WITH hold AS (DELETE FROM quota_holds WHERE turn_id = ? RETURNING *, LEAST(tokens, ?) AS charged),
  counted AS (
    UPDATE quota_counters SET
      requests = quota_counters.requests + ?,
      tokens = quota_counters.tokens + mine.charged,
      requests_held = quota_counters.requests_held - 1,
      tokens_held = quota_counters.tokens_held - mine.held
    FROM (
      SELECT counter.user_id, counter.period, hold.charged, hold.tokens AS held
      FROM hold JOIN quota_counters counter
        ON counter.user_id = hold.user_id AND counter.period = ANY (ARRAY[hold.month, hold.day])
      ORDER BY counter.period FOR UPDATE OF counter
    ) mine
    WHERE quota_counters.user_id = mine.user_id AND quota_counters.period = mine.period
  )`;

/** Values: those of `close`; answers the turn, if it held anything. */
export const closeAtOnce = `${close} SELECT turn_id FROM hold`;

/** Values: those of `close`, the facts. */
export const closeAndNoteAtOnce = `${close}
  INSERT INTO usage_ledger (${ledgerColumns}) SELECT ${factValues}, charged, user_id, plan, day FROM hold`;
