import { type Engine, sameText } from '#platform';
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
export const standing = (counters: string) => `
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

/** Values: turn, day, month, now, tokens, prompt tokens, model, lease, user. */
export const insertHold = `
  INSERT INTO quota_holds (turn_id, user_id, day, month, plan, tokens, prompt_tokens, model, lease_until)
  SELECT ?, u.id, ?, ?, ${planName}, ?, ?, ?, ? FROM users u WHERE u.id = ?`;

export const counterColumns = 'user_id, period, requests, tokens, requests_held, tokens_held';
export const ledgerColumns = `id, at, turn_id, conversation_id, model, prompt_tokens, completion_tokens, total_tokens, cost_micros,
  status, own_key, cached, first_token_ms, charged_tokens, user_id, plan, day`;
export const factValues = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';

const sums = [
  'requests',
  'failures',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost_micros',
  'first_tokens',
  'first_token_ms',
];
const dayKey = 'user_id, day, model, plan';
const insertDay = `INSERT INTO usage_days (${dayKey}, ${sums.join(', ')})`;
const addedUp = (added: (sum: string) => string) =>
  sums.map((sum) => `${sum} = usage_days.${sum} + ${added(sum)}`).join(', ');
const onSameDay = `ON CONFLICT (${dayKey}) DO UPDATE SET ${addedUp((sum) => `excluded.${sum}`)}`;

/** What waits for an upstream; a cache makes nobody wait. */
const waited = 'first_token_ms IS NOT NULL AND NOT cached';

/** An entry of the ledger as its day has it. */
const entrySums = `
  SELECT ${dayKey}, 1, CASE WHEN status IN ('failed', 'interrupted') THEN 1 ELSE 0 END,
    prompt_tokens, completion_tokens, total_tokens, cost_micros,
    CASE WHEN ${waited} THEN 1 ELSE 0 END, CASE WHEN ${waited} THEN first_token_ms ELSE 0 END`;

/** Of a turn that cost nothing. */
const failureSums = '0, 1, 0, 0, 0, 0, 0, 0';

/** Puts what a turn came to with its day. */
function onDay(engine: Engine, rows: string): string {
  const onKnown = engine === 'mysql' ? `ON DUPLICATE KEY UPDATE ${addedUp((sum) => `VALUES(${sum})`)}` : onSameDay;
  return `${insertDay} ${rows} ${onKnown}`;
}

/** Value: turn. */
export const addEntry = (engine: Engine) => onDay(engine, `${entrySums} FROM usage_ledger WHERE turn_id = ?`);

/** Values: user, day, model, plan. */
export const addFailure = (engine: Engine) => onDay(engine, `VALUES (?, ?, ?, ?, ${failureSums})`);

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

/** `hold` and `counted`; values: turn, most tokens to charge, requests to charge. */
const closing = (condition = '') => sameText`
  hold AS (DELETE FROM quota_holds WHERE turn_id = ? ${condition} RETURNING *, LEAST(tokens, ?) AS charged),
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
    RETURNING quota_counters.*
  )`;

/** Values: those of `closing`; answers the turn, if it held anything. */
export const closeAtOnce = `WITH ${closing()} SELECT turn_id FROM hold`;

/** Values: those of `closing`, the model; answers the turn, if it held anything. */
export const closeAndFailAtOnce = `WITH ${closing()},
  added AS (${onDay('postgres', `SELECT user_id, day, ?, plan, ${failureSums} FROM hold`)})
  SELECT turn_id FROM hold`;

const addNoted = onDay('postgres', `${entrySums} FROM noted`);

/** `hold`, `counted` and what is noted of them; values: those of `closing`, the facts. */
export const closingAndNoting = (condition?: string) => sameText`
  ${closing(condition)},
  noted AS (
    INSERT INTO usage_ledger (${ledgerColumns}) SELECT ${factValues}, charged, user_id, plan, day FROM hold RETURNING *
  ),
  added AS (${addNoted})`;

/** Values: those of `closingAndNoting`; answers the turn, if it held anything. */
export const closeAndNoteAtOnce = `WITH ${closingAndNoting()} SELECT turn_id FROM hold`;

/*
 * The same as parts of a statement that opens or ends a turn as a whole. Here limits are looked at before anything is
 * taken, of counters that are locked: whoever does not fit wholly, or has no counters yet, is `allowed` nothing.
 */

const fits = (figure: Figure, name: Limit) => `(${name} IS NULL OR ${figure} + ? <= ${name})`;

/** Of a locked `thread`. Values: month, day; now, day, month, user; requests, requests, tokens, tokens; requests, most turns. */
const allowing = `
  locked AS (
    SELECT counter.* FROM thread
    JOIN quota_counters counter ON counter.user_id = thread.user_id AND counter.period IN (?, ?)
    ORDER BY counter.period FOR UPDATE OF counter
  ),
  allowed AS (
    SELECT * FROM (${standing('locked')}) standing
    WHERE (SELECT COUNT(*) FROM locked) = 2
      AND ${fits('day_requests', 'daily_requests')} AND ${fits('month_requests', 'monthly_requests')}
      AND ${fits('day_tokens', 'daily_tokens')} AND ${fits('month_tokens', 'monthly_tokens')}
      AND turns_running + ? <= ?
  )`;

/** Of who is `allowed`. Values: turn, day, month, tokens, prompt tokens, lease; requests, tokens. */
const taking = `
  hold AS (
    INSERT INTO quota_holds (turn_id, user_id, day, month, plan, tokens, prompt_tokens, lease_until)
    SELECT ?, thread.user_id, ?, ?, allowed.plan, ?, ?, ? FROM thread CROSS JOIN allowed
  ),
  counted AS (
    UPDATE quota_counters SET
      requests_held = quota_counters.requests_held + ?, tokens_held = quota_counters.tokens_held + ?
    FROM locked CROSS JOIN allowed
    WHERE quota_counters.user_id = locked.user_id AND quota_counters.period = locked.period
  )`;

export const allowingAndTaking = `${allowing}, ${taking}`;

/** How many holds were closed, and how the user stands then. Values: those of `readStanding`. */
export const standingThen = `
  (SELECT COUNT(*) FROM hold) AS held,
  (SELECT row_to_json(standing) FROM (${standing('counted')}) standing) AS standing`;
