import { type Actor, AppError, newId } from '#kernel';
import type { KeyClaim, SentTurn } from '#messages';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { Talk } from './talk';

const DAY = 24 * 3_600_000;

let database: TestDatabase;
let here: Talk;
let there: Talk;
let alice: Actor;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
  here = await Talk.start(database);
  there = await Talk.start(database);
  alice = await here.someone();
});
beforeEach(async () => {
  id = await here.begin(alice);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database.drop();
});

function claimOf(changes: Partial<KeyClaim> = {}): KeyClaim {
  return {
    ...{ userId: alice.userId, key: 'a key', bodyHash: 'a'.repeat(64) },
    ...{ conversationId: id, userMessageId: newId(), messageId: newId() },
    ...changes,
  };
}

const turnOf = ({ conversationId, userMessageId, messageId }: KeyClaim): SentTurn => ({
  conversationId,
  userMessageId,
  messageId,
});

/** Both processes have the same time. */
const advance = (milliseconds: number): void => [here, there].forEach(({ clock }) => clock.advance(milliseconds));

const claim = (wanted: KeyClaim, talk = here): Promise<SentTurn | undefined> =>
  talk.transaction.run((tx) => talk.keys.claim(tx, wanted));

it('leads to the turn of its first use, for a day', async () => {
  const first = claimOf({ key: 'daily' });
  expect(await claim(first)).toBeUndefined();
  advance(DAY - 1);
  expect(await claim(claimOf({ key: 'daily' }))).toEqual(turnOf(first));
  advance(1);
  const next = claimOf({ key: 'daily', bodyHash: 'b'.repeat(64) });
  expect(await claim(next)).toBeUndefined();
  expect(await claim({ ...next, userMessageId: newId() })).toEqual(turnOf(next));
});

it('is a conflict under another body, and free for others and in other letters', async () => {
  await claim(claimOf({ key: 'mine', messageId: null }));
  const reused = { kind: 'conflict', reason: 'idempotency_key_reused' };
  await expect(claim(claimOf({ key: 'mine', bodyHash: 'b'.repeat(64) }))).rejects.toMatchObject(reused);
  const { userId } = await here.someone();
  expect(await claim(claimOf({ key: 'mine', userId }))).toBeUndefined();
  expect(await claim(claimOf({ key: 'Mine' }))).toBeUndefined();
});

it.each([
  ['never used', false],
  ['used long ago', true],
])('%s, it goes to one of many who send at once, in two processes', async (key, before) => {
  if (before) {
    await claim(claimOf({ key }));
    advance(2 * DAY);
  }
  const claims = Array.from({ length: 20 }, () => claimOf({ key }));
  const answers = await Promise.all(claims.map((wanted, index) => claim(wanted, index % 2 === 0 ? here : there)));
  const won = answers.indexOf(undefined);
  const { [won]: winner } = claims;
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
  for (const answer of answers.toSpliced(won, 1)) expect(answer).toEqual(winner && turnOf(winner));
});

it('is free again where the work it was claimed for was undone', async () => {
  const failing = here.transaction.run(async (tx) => {
    await here.keys.claim(tx, claimOf({ key: 'undone' }));
    throw new AppError('quota_exceeded');
  });
  await expect(failing).rejects.toMatchObject({ kind: 'quota_exceeded' });
  expect(await claim(claimOf({ key: 'undone' }))).toBeUndefined();
});

it('is forgotten with its conversation, and in the hour after it is a day old', async () => {
  const intervals = jest.spyOn(globalThis, 'setInterval');
  const sweeping = await Talk.start(database);
  const hourly = intervals.mock.calls.find(([, milliseconds]) => milliseconds === 3_600_000)?.[0];
  intervals.mockRestore();
  const kept = async () => (await here.db.query('SELECT 1 FROM idempotency_keys')).length;
  await here.db.execute('DELETE FROM idempotency_keys');
  await claim(claimOf({ key: 'old' }));
  advance(DAY / 2);
  await claim(claimOf({ key: 'newer' }));
  advance(DAY / 2);
  sweeping.clock.set(here.clock.date());
  hourly?.();
  await eventually(async () => (await kept()) === 1);
  await sweeping.close();
  await here.conversations.delete(alice, id);
  expect(await kept()).toBe(0);
});
