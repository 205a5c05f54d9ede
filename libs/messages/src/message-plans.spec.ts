import { DataSource } from 'typeorm';
import { type Actor, newId } from '#kernel';
import { Db, type SqlValue } from '#platform';
import { Talk } from '../../../test/messages/talk';
import type { Message } from './message';
import { MessagesRepository } from './messages.repository';
import { SearchRepository } from './search/search.repository';

const BRANCH = /ix_messages_conversation_id_is_active_seq/;
/** SQLite has a name of its own for it. */
const ALL_BRANCHES = /uq_messages_conversation_id_seq|sqlite_autoindex_messages_2/;
const PEOPLE = 40;
const MESSAGES = 500;

const OWN = /ix_messages_user_id_created_at_id/;

const repository = new MessagesRepository();

let talk: Talk;
let alice: Actor;
let id: string;
let middle: string;

/** Remembers what it was asked. */
class Listening extends Db {
  readonly heard: { readonly sql: string; readonly values: readonly SqlValue[] }[] = [];

  override async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    this.heard.push({ sql, values });
    return super.query(sql, values);
  }
}

beforeAll(async () => {
  talk = await Talk.start();
  // Each has one conversation: that a message is its owner's tells no more of it then, which an engine does not know.
  for (let person = 0; person < PEOPLE; person++) {
    alice = await talk.someone();
    id = await talk.begin(alice);
    middle = await fill(id);
  }
  const analyze = { sqlite: 'ANALYZE', postgres: 'ANALYZE', mysql: 'ANALYZE TABLE messages' }[talk.db.engine];
  await talk.db.query(analyze);
}, 120_000);
afterAll(() => talk.close());

/** Answers the id of a message in the middle. */
async function fill(conversation: string): Promise<string> {
  const { userMessage } = await talk.open(alice, conversation, 'a beginning');
  const rows = Array.from({ length: MESSAGES }, (_, index): Message => {
    return { ...userMessage, id: newId(), seq: index + 3, content: `text ${index}`, isActive: index % 4 > 0 };
  });
  await talk.transaction.run((tx) => repository.insert(tx, alice.userId, rows));
  return rows[MESSAGES / 2 + 1]?.id ?? '';
}

async function planOf(question: (db: Db) => Promise<unknown>): Promise<string> {
  const db = new Listening(talk.services.get(DataSource).manager);
  await question(db);
  const explain = db.engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  const plans = await Promise.all(db.heard.map(({ sql, values }) => talk.db.query(`${explain} ${sql}`, values)));
  return JSON.stringify(plans);
}

const page = (branches: 'active' | 'all', order: 'asc' | 'desc', after?: number) => (db: Db) =>
  repository.slice(db, { conversationId: id, userId: alice.userId, branches, order, after, limit: 51 });

it.each([
  ['the newest messages', BRANCH, page('active', 'desc')],
  ['the oldest', BRANCH, page('active', 'asc')],
  ['a page behind a cursor', BRANCH, page('active', 'desc', 400)],
  ['a page of all branches', ALL_BRANCHES, page('all', 'desc', 400)],
  ['what the model is to see', BRANCH, (db: Db) => talk.tree.recentForPrompt(db, id, middle, 50)],
])('%s: read from an index, in its order', async (_what, index, question) => {
  const plan = await planOf(question);
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/SCAN messages|Seq Scan on messages|"ALL"|TEMP B-TREE|Sort|filesort|Bitmap/);
});

it.each([
  ['all', {}],
  ['from a cursor on', { after: { at: new Date(), id: newId() } }],
  ['of some days', { from: new Date(0), to: new Date() }],
] as const)("a search, %s: looks at nobody else's", async (_what, asked) => {
  const plan = await planOf((db) =>
    new SearchRepository().places(db, alice.userId, { query: '中文', limit: 21, ...asked }),
  );
  expect(plan).toMatch(OWN);
  expect(plan).not.toMatch(/SCAN messages|Seq Scan on messages|"ALL"/);
});
