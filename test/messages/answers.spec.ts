import { containing } from '#conversations';
import type { Actor } from '#kernel';
import { complete, saying, Talk } from './talk';

let talk: Talk;
let alice: Actor;
let id: string;

beforeAll(async () => {
  talk = await Talk.start();
  alice = await talk.someone();
});
beforeEach(async () => {
  id = await talk.begin(alice);
});
afterAll(() => talk.close());

const running = expect.objectContaining({ kind: 'conflict', reason: 'turn_running' });

async function lastContent(): Promise<string | undefined> {
  return (await talk.conversations.find(alice, id)).lastMessage?.content;
}

/** Which messages of the conversation hold it, as a search finds them. */
async function holding(part: string): Promise<readonly string[]> {
  const rows = await talk.db.query<{ content: string }>(
    `SELECT content AS "content" FROM messages WHERE conversation_id = ? AND content_search LIKE ? ESCAPE '!' ORDER BY seq`,
    [id, containing(part)],
  );
  return rows.map(({ content }) => content);
}

it('streams from empty through checkpoints to one end', async () => {
  const { userMessage, assistantMessage: answer } = await talk.open(alice, id, 'a question');
  expect(answer).toMatchObject({
    status: 'streaming',
    content: '',
    parentId: userMessage.id,
    seq: userMessage.seq + 1,
  });
  expect(await talk.answers.checkpoint(talk.db, answer.id, 'half of')).toBe(true);
  expect(await talk.answers.find(talk.db, answer.id)).toMatchObject({ content: 'half of' });
  talk.clock.advance(1_000);
  expect(await talk.finish(alice, id, answer, { content: 'half of it, and the rest' })).toBe(true);
  const whole = { ...complete, content: 'half of it, and the rest' };
  expect(await talk.messages.find(alice, answer.id)).toEqual({ ...answer, ...whole, updatedAt: talk.clock.date() });
  expect(await lastContent()).toBe('half of it, and the rest');
});

it('grows by pieces, each of which is there once, where one statement grows all', async () => {
  if (talk.transaction.engine !== 'postgres') return;
  const { assistantMessage: answer } = await talk.open(alice, id, 'a question');
  const grow = async (bytes: number, piece: string) =>
    (await talk.transaction.atOnce(talk.answers.growthPart([{ id: answer.id, bytes, piece }]))).length;
  const content = async () => (await talk.answers.find(talk.db, answer.id))?.content;
  expect(await grow(0, 'añ😀')).toBe(1);
  expect(await grow(0, 'añ😀')).toBe(1);
  expect(await grow(7, 'b')).toBe(1);
  expect(await content()).toBe('añ😀b');
  expect(await grow(0, 'another')).toBe(0);
  expect(await grow(9, 'late')).toBe(0);
  expect(await content()).toBe('añ😀b');
  await talk.finish(alice, id, answer);
  expect(await grow(8, 'late')).toBe(0);
});

it('is ended once: of several who would, the first', async () => {
  const { assistantMessage: answer } = await talk.open(alice, id, 'a question');
  const statuses = ['complete', 'stopped', 'interrupted', 'failed'] as const;
  const ended = await Promise.all(
    statuses.map((status) => talk.finish(alice, id, answer, { status, content: status })),
  );
  expect(ended.filter(Boolean)).toHaveLength(1);
  const status = statuses[ended.indexOf(true)];
  expect(await talk.answers.checkpoint(talk.db, answer.id, 'late')).toBe(false);
  expect(await talk.messages.find(alice, answer.id)).toMatchObject({ status, content: status });
});

it('is told whatever reason the model gave, as far as it can be kept', async () => {
  const { assistantMessage: answer } = await talk.open(alice, id, 'a question');
  await talk.finish(alice, id, answer, { finishReason: 'ü'.repeat(100) });
  expect((await talk.messages.find(alice, answer.id)).finishReason).toBe('ü'.repeat(64));
});

it('ends on a branch that is shown no more without being shown', async () => {
  const shown = await talk.exchange(alice, id, 'one');
  const { assistantMessage: answer } = await talk.open(alice, id, 'two', null);
  await talk.changes.activate(alice, shown.userMessage.id);
  expect(await talk.finish(alice, id, answer)).toBe(true);
  expect(await lastContent()).toBe('answer to one');
});

it('is neither edited nor deleted while it streams; what it answers may be', async () => {
  const { userMessage, assistantMessage: answer } = await talk.open(alice, id, 'a question');
  await expect(talk.changes.edit(alice, answer.id, saying('mine'))).rejects.toEqual(running);
  await expect(talk.changes.delete(alice, answer.id)).rejects.toMatchObject({ details: { message_id: answer.id } });
  await talk.changes.delete(alice, userMessage.id);
  expect(await talk.finish(alice, id, answer)).toBe(true);
  expect(await talk.messages.find(alice, answer.id)).toMatchObject({ parentId: null, status: 'complete' });
  await expect(talk.regenerate(alice, id, answer.id)).rejects.toMatchObject({ kind: 'invalid' });
});

it('is found by its words as they are now, whatever their case and script', async () => {
  const { userMessage, assistantMessage: answer } = await talk.open(alice, id, 'Ｗhat is 100% of ÄPFEL? 北京的天气');
  for (const part of ['what', 'äpfel', '100%', '京的']) expect(await holding(part)).toEqual([userMessage.content]);
  expect(await holding('100_')).toEqual([]);
  await talk.finish(alice, id, answer, { content: 'Birnen' });
  expect(await holding('BIRNE')).toEqual(['Birnen']);
  await talk.changes.edit(alice, userMessage.id, saying('Und ÖL'));
  expect(await holding('äpfel')).toEqual([]);
  expect(await holding('öl')).toEqual(['Und ÖL']);
});

it('is edited with its time and its new count', async () => {
  const { userMessage } = await talk.exchange(alice, id, 'a question');
  talk.clock.advance(5_000);
  const edited = await talk.changes.edit(alice, userMessage.id, saying('  another\n'));
  const now = talk.clock.date();
  expect(edited).toEqual({ ...userMessage, content: '  another\n', tokensUsed: 10, editedAt: now, updatedAt: now });
});

it('is made from the newest of its branch, a piece at a time', async () => {
  await talk.exchange(alice, id, 'elsewhere');
  await talk.exchange(alice, id, 'one', null);
  const { userMessage } = await talk.open(alice, id, 'two');
  const newest = await talk.tree.recentForPrompt(talk.db, id, userMessage.id, 2);
  expect(newest.map(({ role, content }) => [role, content])).toEqual([
    ['user', 'two'],
    ['assistant', 'answer to one'],
  ]);
  const older = await talk.tree.recentForPrompt(talk.db, id, newest[1]?.parentId ?? '', 2);
  expect(older.map(({ content, parentId }) => [content, parentId])).toEqual([['one', null]]);
});
