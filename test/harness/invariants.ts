import { beginningOf, searchText } from '#conversations';
import { type Db, timeOf } from '#platform';

interface ConversationRow {
  readonly id: string;
  readonly user_id: string;
  readonly message_count: number;
  readonly last_message_content: string | null;
  readonly last_message_role: string | null;
  readonly last_message_at: Date | string | null;
  readonly active_leaf_id: string | null;
  readonly next_seq: number | string;
  readonly running_message_id: string | null;
}

interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly user_id: string;
  readonly parent_id: string | null;
  readonly seq: number | string;
  readonly role: string;
  readonly content: string;
  readonly content_search: string;
  readonly tokens_used: number;
  readonly status: string;
  readonly error_code: string | null;
  readonly is_active: boolean | number;
  readonly created_at: Date | string;
  readonly edited_at: Date | string | null;
}

interface LedgerRow {
  readonly turn_id: string;
  readonly user_id: string;
  readonly day: string;
  readonly model: string;
  readonly plan: string;
  readonly cost_micros: number | string;
  readonly status: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly charged_tokens: number;
  readonly cached: boolean | number;
}

interface DayRow {
  readonly user_id: string;
  readonly day: string;
  readonly model: string;
  readonly plan: string;
  readonly requests: number | string;
  readonly total_tokens: number | string;
  readonly cost_micros: number | string;
}

interface CounterRow {
  readonly user_id: string;
  readonly period: string;
  readonly requests: number | string;
  readonly tokens: number | string;
  readonly requests_held: number | string;
  readonly tokens_held: number | string;
}

type Fault = string | false;

/**
 * What is wrong, in words, in the tables of a server on which no turn runs any more, whatever was done to its processes
 * before; unless somebody has reset counters.
 */
export async function faultsIn(db: Db): Promise<string[]> {
  const conversations = await db.query<ConversationRow>('SELECT * FROM conversations ORDER BY id');
  const messages = await db.query<MessageRow>('SELECT * FROM messages ORDER BY conversation_id, seq');
  const ledger = await db.query<LedgerRow>('SELECT * FROM usage_ledger ORDER BY id');
  const counters = await db.query<CounterRow>('SELECT * FROM quota_counters');
  const days = await db.query<DayRow>('SELECT * FROM usage_days');
  const holds = await db.query<{ turn_id: string }>('SELECT turn_id FROM quota_holds');
  const saidIn = new Map<string, MessageRow[]>(conversations.map(({ id }) => [id, []]));
  for (const message of messages) saidIn.get(message.conversation_id)?.push(message);
  const bills = new Map(ledger.map((entry) => [entry.turn_id, entry]));
  const answers = new Map(messages.map((message) => [message.id, message]));
  return [
    ...holds.map(({ turn_id }) => `turn ${turn_id} is still held`),
    ...conversations.flatMap((conversation) => faultsOf(conversation, saidIn.get(conversation.id) ?? [])),
    ...messages.flatMap((message) => faultsOfMessage(message, bills.get(message.id))),
    ...messages.filter((message) => !saidIn.has(message.conversation_id)).map(({ id }) => `message ${id} is nowhere`),
    ...ledger.flatMap((entry) => faultsOfEntry(entry, answers.get(entry.turn_id))),
    ...counters.flatMap((counter) => faultsOfCounter(counter, ledger)),
    ...faultsOfDays(days, ledger),
  ];
}

/** What is missing in the order of conversations from which nothing was deleted. */
export async function gapsIn(db: Db): Promise<string[]> {
  const gaps = await db.query<{ id: string; next: number | string; count: number | string }>(
    `SELECT c.id AS "id", c.next_seq AS "next", COUNT(m.id) AS "count"
     FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id
     GROUP BY c.id, c.next_seq HAVING COUNT(m.id) <> c.next_seq - 1`,
  );
  return gaps.map(({ id, next, count }) => `conversation ${id} has ${count} messages, and ${next} is the next`);
}

function faultsOf(conversation: ConversationRow, said: readonly MessageRow[]): string[] {
  const { id, running_message_id, message_count, active_leaf_id, next_seq } = conversation;
  const branch = said.filter(({ is_active }) => Boolean(is_active));
  const leaf = branch.at(-1);
  const ids = new Set(said.map((message) => message.id));
  const breaks = branch.filter(({ parent_id }, index) => parent_id !== (branch[index - 1]?.id ?? null));
  const shown = [
    conversation.last_message_content,
    conversation.last_message_role,
    timeIn(conversation.last_message_at),
  ];
  const last = leaf ? [beginningOf(leaf.content, 200), leaf.role, timeIn(leaf.created_at)] : [null, null, null];
  return told(`conversation ${id}`, [
    running_message_id !== null && `still runs ${running_message_id}`,
    Number(message_count) !== branch.length && `counts ${message_count} messages of ${branch.length}`,
    active_leaf_id !== (leaf?.id ?? null) && `ends in ${active_leaf_id}, its branch in ${leaf?.id}`,
    breaks.length > 0 && `has a branch that breaks at ${breaks.map(({ seq }) => seq).join(', ')}`,
    JSON.stringify(shown) !== JSON.stringify(last) &&
      `shows ${JSON.stringify(shown)} in place of ${JSON.stringify(last)}`,
    Number(said.at(-1)?.seq ?? 0) >= Number(next_seq) && `gives ${next_seq} away again`,
    said.some(({ user_id }) => user_id !== conversation.user_id) && 'has messages of another',
    said.some(({ parent_id }) => parent_id !== null && !ids.has(parent_id)) && 'has messages without their parent',
  ]);
}

function faultsOfMessage(message: MessageRow, bill: LedgerRow | undefined): string[] {
  const { id, role, status, content, content_search, error_code, edited_at } = message;
  const isFree = error_code !== null && (content === '' || edited_at !== null);
  return told(`message ${id}`, [
    status === 'streaming' && 'still streams',
    content_search !== searchText(content) && 'is searched by another text',
    role === 'assistant' && bill === undefined && !isFree && `is ${status} and was not paid for`,
  ]);
}

function faultsOfEntry(entry: LedgerRow, answer: MessageRow | undefined): string[] {
  const { turn_id, status, prompt_tokens, completion_tokens, total_tokens, charged_tokens } = entry;
  return told(`turn ${turn_id}`, [
    answer !== undefined && answer.status !== status && `is ${answer.status}, and was paid for as ${status}`,
    answer?.edited_at === null &&
      !entry.cached &&
      answer.tokens_used !== completion_tokens &&
      `has ${answer.tokens_used} tokens, of which ${completion_tokens} were paid for`,
    prompt_tokens + completion_tokens !== total_tokens && 'has a wrong total',
    charged_tokens > total_tokens && 'was charged more than it took',
  ]);
}

function faultsOfCounter(counter: CounterRow, ledger: readonly LedgerRow[]): string[] {
  const { user_id, period } = counter;
  const paid = ledger.filter((entry) => entry.user_id === user_id && entry.day.startsWith(period));
  const is = [counter.requests, counter.tokens, counter.requests_held, counter.tokens_held].map(Number);
  const ought = [paid.length, paid.reduce((sum, { charged_tokens }) => sum + charged_tokens, 0), 0, 0];
  return told(`user ${user_id}`, [
    is.join() !== ought.join() && `stands at ${is.join()} in ${period}, not ${ought.join()}`,
  ]);
}

/** The sums are those of the ledger, neither more nor less. */
function faultsOfDays(days: readonly DayRow[], ledger: readonly LedgerRow[]): string[] {
  const ought = new Map<string, number[]>();
  for (const entry of ledger) {
    const [requests = 0, tokens = 0, cost = 0] = ought.get(nameOfDay(entry)) ?? [];
    const added = [requests + 1, tokens + Number(entry.total_tokens), cost + Number(entry.cost_micros)];
    ought.set(nameOfDay(entry), added);
  }
  const paid = days.filter(({ requests }) => Number(requests) > 0);
  const is = new Map(
    paid.map((day) => [nameOfDay(day), [day.requests, day.total_tokens, day.cost_micros].map(Number)]),
  );
  return [...new Set([...ought.keys(), ...is.keys()])].flatMap((name) =>
    told(name, [String(is.get(name)) !== String(ought.get(name)) && `is ${String(is.get(name))} in sum`]),
  );
}

function nameOfDay({ user_id, day, model, plan }: Pick<DayRow, 'user_id' | 'day' | 'model' | 'plan'>): string {
  return [user_id, day, model, plan].join(' ');
}

function told(who: string, faults: readonly Fault[]): string[] {
  return faults.filter((fault) => fault !== false).map((fault) => `${who} ${fault}`);
}

function timeIn(value: Date | string | null): string | null {
  return value === null ? null : timeOf(value).toISOString();
}
