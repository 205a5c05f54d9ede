import { type Actor, newId } from '#kernel';
import type { SqlValue } from '#platform';
import {
  type ConversationServices,
  startConversationServices,
} from '../../../test/conversations/conversation-services';
import { type ConversationSearch, conversationSorts } from './conversation-search';

const PEOPLE = 100;
const EACH = 100;
const NOT_BY_INDEX = /TEMP B-TREE|\bSort\b|filesort|Seq Scan|SCAN (conversations|messages)|"type":"ALL"/;

let services: ConversationServices;
let alice: Actor;

beforeAll(async () => {
  services = await startConversationServices();
  alice = await services.signUp('person-0');
  const people = [alice];
  while (people.length < PEOPLE) people.push(await services.signUp(`person-${people.length}`));
  for (const { userId } of people) await fill(userId);
  const tables = 'users, conversations, messages';
  const { engine } = services.db;
  if (engine === 'mysql') await services.db.query(`ANALYZE TABLE ${tables}`);
  else await services.db.execute(engine === 'sqlite' ? 'ANALYZE' : `ANALYZE ${tables}`);
}, 120_000);

afterAll(() => services.close());

async function insert(table: string, columns: string, rows: readonly (readonly SqlValue[])[]): Promise<void> {
  const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
  await services.db.execute(`INSERT INTO ${table} (${columns}) VALUES ${places}`, rows.flat());
}

async function fill(userId: string): Promise<void> {
  const ids = Array.from({ length: EACH }, () => newId());
  const time = (count: number) => new Date(services.clock.now() + count);
  await insert(
    'conversations',
    'id, user_id, title, title_search, model, is_archived, created_at, updated_at',
    ids.map((id, i) => [id, userId, `T${i}`, `t${i}`, 'a-model', i % 5 === 0, time(i), time(i)]),
  );
  await insert(
    'messages',
    'id, conversation_id, user_id, seq, role, content, content_search, status, is_active, created_at, updated_at',
    ids.map((id, i) => [newId(), id, userId, 1, 'user', `M${i}`, `m${i}`, 'complete', true, time(i), time(i)]),
  );
}

/** What the engine says it would do for each statement of `work`. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const asked = jest.spyOn(services.db, 'query');
  await work();
  const statements = asked.mock.calls;
  asked.mockRestore();
  const explain = services.db.engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  return Promise.all(
    statements.map(async ([sql, values]) => JSON.stringify(await services.db.query(`${explain} ${sql}`, values))),
  );
}

const list = (search: Partial<ConversationSearch>) =>
  services.conversations.list(alice, { archived: false, sort: 'updated_at', page: 1, size: 20, ...search });

it.each(conversationSorts)('lists by %s read no more of the index than they show', async (sort) => {
  const { nextCursor } = await list({ sort });
  for (const order of ['asc', 'desc'] as const) {
    const [page, count] = await plansOf(() => list({ sort, order, cursor: nextCursor ?? '' }));
    expect(page).toContain(`ix_conversations_user_id_is_archived_${sort === 'title' ? 'title_search' : sort}_id`);
    expect(page).not.toMatch(NOT_BY_INDEX);
    expect(count).toContain('ix_conversations_user_id_is_archived_');
    expect(count).not.toMatch(NOT_BY_INDEX);
  }
});

it('a search looks through the messages of one user', async () => {
  const plans = await plansOf(() => list({ search: 'm42' }));
  expect(plans).toHaveLength(2);
  for (const plan of plans) {
    expect(plan).toMatch(/ix_messages_(user_id_created_at_id|conversation_id)/);
    expect(plan).not.toMatch(/Seq Scan|SCAN (conversations|messages)|"type":"ALL"/);
  }
});

it('turns that have expired are found without looking at the others', async () => {
  const [plan] = await plansOf(() => services.threads.expiredTurns(services.db, services.clock.date(), 10));
  expect(plan).toContain('ix_conversations_lease_until');
  expect(plan).not.toMatch(NOT_BY_INDEX);
});
