import type { Turn } from '#chat';
import type { Actor } from '#kernel';
import { eventually } from '../harness/eventually';
import { type Gate, says } from '../harness/upstream';
import { hear, hearUntil, type TurnProcess, turnSuite } from './turn-suite';

const LEASE_MS = 15_000;
const suite = turnSuite();

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

interface Dead {
  readonly turn: Turn;
  readonly process: TurnProcess;
  /** Opened, it goes on writing, as a process does that was only asleep. */
  readonly gate: Gate;
}

/** A turn with a checkpoint, whose process renews its leases no more. */
async function die(text = 'one two', idempotencyKey?: string): Promise<Dead> {
  const process = await suite.another();
  const gate = suite.upstream.gate();
  suite.upstream.answers(text === '' ? says(gate, ' late') : says(text, gate, ' late'));
  const opening = process.send(alice, id, 'Hi', { idempotencyKey });
  await suite.upstream.nextCall();
  const messageId = (await process.conversation(id))?.running_message_id ?? '';
  const turn = text === '' ? await process.chat.followTurn(alice, messageId) : await opening;
  if (text !== '') await hearUntil(turn, text);
  await eventually(async () => (await process.message(messageId))?.content === text);
  process.active.onModuleDestroy();
  return { turn, process, gate };
}

const ended = (messageId: string) =>
  eventually(async () => (await suite.here.message(messageId))?.status !== 'streaming');

describe('a turn whose process has died', () => {
  it('goes on as long as its lease does, and is ended then, with its checkpoint, and paid for once', async () => {
    const { turn, gate } = await die();
    suite.clock.advance(LEASE_MS - 1);
    const running = { kind: 'conflict', details: { message_id: turn.messageId } };
    await expect(suite.here.send(alice, id, 'again')).rejects.toMatchObject(running);
    suite.clock.advance(1);
    await ended(turn.messageId);
    expect(await suite.here.message(turn.messageId)).toMatchObject({
      ...{ status: 'interrupted', content: 'one two', tokens_used: 2, error_code: 'SERVICE_UNAVAILABLE' },
    });
    expect(await suite.here.conversation(id)).toMatchObject({
      ...{ running_message_id: null, lease_until: null, message_count: 2, last_message_content: 'one two' },
    });
    const bill = { turn_id: turn.messageId, status: 'interrupted', prompt_tokens: 8, completion_tokens: 2 };
    expect(await suite.here.ledger(alice)).toMatchObject([{ ...bill, charged_tokens: 10 }]);
    expect(await suite.here.used(alice)).toEqual({ requests: 1, tokens: 10 });

    // It was only asleep.
    const heard = hear(turn);
    gate.open();
    expect(await heard).toMatchObject({ end: { type: 'end', message: { status: 'interrupted', content: 'one two' } } });
    expect(await suite.here.message(turn.messageId)).toMatchObject({ content: 'one two' });
    expect(await suite.here.used(alice)).toEqual({ requests: 1, tokens: 10 });
    expect(await suite.here.ledger(alice)).toHaveLength(1);
  });

  it('is ended once by many who come at once: other processes, and its own', async () => {
    const others = await Promise.all([suite.another(), suite.another()]);
    const { turn, gate } = await die();
    suite.clock.advance(LEASE_MS);
    gate.open();
    const sent = [suite.here, ...others].map((process) => process.ask(alice, id, 'again').catch(() => undefined));
    await Promise.all([...sent, hear(turn)]);
    await ended(turn.messageId);
    expect((await suite.here.ledger(alice)).filter(({ turn_id }) => turn_id === turn.messageId)).toHaveLength(1);
    const charged = (await suite.here.ledger(alice)).reduce((sum, row) => sum + row.charged_tokens, 0);
    expect(await suite.here.used(alice)).toMatchObject({ tokens: charged });
    expect(await suite.here.holds(alice)).toBe(0);
    const said = await suite.here.said(id);
    expect(await suite.here.conversation(id)).toMatchObject({ message_count: said.length, running_message_id: null });
  });

  it('is ended by who sends next, whose turn runs, with what came of the dead one in its prompt', async () => {
    const { turn } = await die();
    suite.clock.advance(LEASE_MS);
    suite.upstream.answers(says('three', { usage: null }));
    const { end } = await suite.here.ask(alice, id, 'again');
    // 3 around all, 4 around each.
    expect(end).toMatchObject({ type: 'end', usage: { promptTokens: 3 + (4 + 1) + (4 + 2) + (4 + 1) } });
    const prompt = suite.upstream.calls.at(-1)?.body?.messages;
    expect(prompt?.map(({ content }) => content)).toEqual(['Hi', 'one two', 'again']);
    expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'interrupted', content: 'one two' });
    expect(await suite.here.conversation(id)).toMatchObject({ message_count: 4 });
    expect(await suite.here.ledger(alice)).toMatchObject([{ turn_id: turn.messageId }, {}]);
  });

  it('is the same turn for who sends it again under its key', async () => {
    const { turn } = await die('one two', 'a key');
    suite.clock.advance(LEASE_MS);
    const again = await suite.here.ask(alice, id, 'Hi', { idempotencyKey: 'a key' });
    expect(again).toMatchObject({ turn: { messageId: turn.messageId }, text: 'one two' });
    expect(again.end).toMatchObject({ type: 'end', message: { status: 'interrupted' } });
    expect(await suite.here.used(alice)).toMatchObject({ requests: 1 });
  });

  it('is ended though it had said nothing', async () => {
    const { turn } = await die('');
    suite.clock.advance(LEASE_MS);
    await ended(turn.messageId);
    expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'interrupted', content: '' });
    expect(await suite.here.holds(alice)).toBe(0);
    expect((await suite.here.ask(alice, id, 'again')).end.type).toBe('end');
  });

  it('holds nothing where its conversation was deleted', async () => {
    await die();
    await suite.here.conversations.delete(alice, id);
    expect(await suite.here.holds(alice)).toBe(1);
    suite.clock.advance(LEASE_MS + 1);
    await eventually(async () => (await suite.here.holds(alice)) === 0);
  });

  it('is not let off because its hold is seen to be over before its lease', async () => {
    const { turn } = await die();
    const expire = (turnId: string) =>
      suite.here.db.execute('UPDATE quota_holds SET lease_until = ? WHERE turn_id = ?', [new Date(0), turnId]);
    await expire(turn.messageId);
    // Whoever lets go of this one has looked at the other.
    const first = id;
    id = await suite.here.begin(alice);
    const gone = await die();
    await suite.here.conversations.delete(alice, id);
    await expire(gone.turn.messageId);
    await eventually(async () => (await suite.here.holds(alice)) === 1);
    id = first;
    suite.clock.advance(LEASE_MS);
    await ended(turn.messageId);
    expect(await suite.here.ledger(alice)).toMatchObject([{ turn_id: turn.messageId, charged_tokens: 10 }]);
  });

  it('that cannot be ended keeps nobody else from it', async () => {
    const { db } = suite.here;
    // On the ledger it is already, so that it cannot be noted there.
    const { turn: bad } = await suite.here.ask(alice, id, 'Hi');
    suite.upstream.reset();
    await db.execute(
      `INSERT INTO quota_holds (turn_id, user_id, day, month, plan, tokens, prompt_tokens, lease_until)
       VALUES (?, ?, '2026-01-01', '2026-01', 'free', 10, 8, ?)`,
      [bad.messageId, alice.userId, new Date(0)],
    );
    await db.execute(`UPDATE messages SET status = 'streaming' WHERE id = ?`, [bad.messageId]);
    await db.execute('UPDATE conversations SET running_message_id = ?, lease_until = ? WHERE id = ?', [
      ...[bad.messageId, new Date(0), id],
    ]);
    id = await suite.here.begin(alice);
    const { turn: good } = await die();
    suite.clock.advance(LEASE_MS);
    await ended(good.messageId);
    expect(await suite.here.message(bad.messageId)).toMatchObject({ status: 'streaming' });
  });
});
