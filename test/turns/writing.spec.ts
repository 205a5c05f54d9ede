import { Conversations } from '#conversations';
import type { Actor } from '#kernel';
import { eventually } from '../harness/eventually';
import { says, stall } from '../harness/upstream';
import { hear, hearUntil, turnSuite } from './turn-suite';

const suite = turnSuite();

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

describe('while it streams', () => {
  it('what came is in the table within a second, also if nothing comes after it', async () => {
    suite.upstream.answers(says('one', ' two', stall()));
    const turn = await suite.here.send(alice, id, 'Hi');
    await hearUntil(turn, 'two');
    const heardAt = performance.now();
    await eventually(async () => (await suite.here.message(turn.messageId))?.content === 'one two');
    expect(performance.now() - heardAt).toBeLessThan(1_500);
    expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'streaming' });
    await suite.here.chat.stopTurn(alice, turn.messageId);
  });

  it('its leases are renewed, all until the same time: no hold is over before the lease of its turn', async () => {
    suite.upstream.answers(says('one', stall()));
    const turn = await suite.here.send(alice, id, 'Hi');
    const leases = async () => {
      const rows = await suite.here.db.query<{ until: Date | string }>(
        `SELECT lease_until AS "until" FROM conversations WHERE id = ?
         UNION ALL SELECT lease_until FROM quota_holds WHERE turn_id = ?`,
        [id, turn.messageId],
      );
      return rows.map(({ until }) => new Date(until).getTime());
    };
    const before = Math.max(...(await leases()));
    suite.clock.advance(10_000);
    const now = suite.clock.now.bind(suite.clock);
    const ticking = jest.spyOn(suite.clock, 'now').mockImplementation(() => {
      suite.clock.advance(1);
      return now();
    });
    await eventually(async () => {
      const [one = 0, two] = await leases();
      return one > before && one === two;
    });
    ticking.mockRestore();
    await suite.here.chat.stopTurn(alice, turn.messageId);
  });
});

describe('a stop', () => {
  it('keeps all that came, and the turn ends with it', async () => {
    suite.upstream.answers(says('one', ' two', stall()));
    const turn = await suite.here.send(alice, id, 'Hi');
    await hearUntil(turn, 'two');
    const heard = hear(turn);
    const stopped = await suite.here.chat.stopTurn(alice, turn.messageId);
    expect(stopped).toMatchObject({ status: 'stopped', content: 'one two', errorCode: null });
    expect(await heard).toMatchObject({ text: 'one two', end: { type: 'end', message: stopped } });
    expect(await suite.here.ledger(alice)).toMatchObject([
      { status: 'stopped', prompt_tokens: 8, completion_tokens: 2 },
    ]);
    expect(await suite.upstream.calls[0]?.ended).toBe('client left');
    expect(await suite.here.chat.stopTurn(alice, turn.messageId)).toEqual(stopped);
  });

  it('before the first token ends the wait of who opens it', async () => {
    suite.upstream.answers(says(stall()));
    const opening = suite.here.send(alice, id, 'Hi');
    await suite.upstream.nextCall();
    const messageId = (await suite.here.conversation(id))?.running_message_id ?? '';
    await suite.here.chat.stopTurn(alice, messageId);
    expect(await hear(await opening)).toMatchObject({ text: '', end: { type: 'end', message: { status: 'stopped' } } });
    expect(await suite.here.holds(alice)).toBe(0);
  });
});

it('the end is told when it is stored, and the next turn can begin', async () => {
  for (let round = 0; round < 5; round++) {
    suite.upstream.answers(says('one'));
    for await (const event of (await suite.here.send(alice, id, 'Hi')).read(0)) {
      if (event.type !== 'end') continue;
      expect(await suite.here.message(event.message.id)).toMatchObject({ status: 'complete', content: 'one' });
      expect(await suite.here.conversation(id)).toMatchObject({ running_message_id: null });
      expect(await suite.here.holds(alice)).toBe(0);
    }
  }
});

describe('with a key of the owner’s own', () => {
  it('it is that key which pays, and no tokens are charged', async () => {
    id = await suite.here.begin(alice, { apiKey: 'sk-alice' });
    await suite.here.ask(alice, id, 'Hi');
    expect(suite.upstream.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-alice']);
    expect(await suite.here.used(alice)).toEqual({ requests: 1, tokens: 0 });
  });

  it('ours never pays for it, though the key be taken away as the turn begins', async () => {
    id = await suite.here.begin(alice, { apiKey: 'sk-alice' });
    const conversations = suite.here.app.nest.get(Conversations);
    const { ownKeyOf } = conversations;
    jest.spyOn(conversations, 'ownKeyOf').mockImplementationOnce(async (...asked) => {
      await conversations.update(alice, id, { apiKey: null });
      return ownKeyOf.apply(conversations, asked);
    });
    await expect(suite.here.send(alice, id, 'Hi')).rejects.toMatchObject({ issues: [{ field: 'api_key' }] });
    expect(suite.upstream.calls).toEqual([]);
    expect(await suite.here.used(alice)).toEqual({ requests: 0, tokens: 0 });
  });
});

describe('a conversation deleted while it streams', () => {
  it('ends the turn, which is paid for, and nothing comes back', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate, ' two', stall()));
    const turn = await suite.here.send(alice, id, 'Hi');
    const heard = hear(turn);
    await suite.here.conversations.delete(alice, id);
    gate.open();
    expect(await heard).toMatchObject({
      text: expect.stringMatching(/^one( two)?$/) as string,
      end: { type: 'end', message: { status: 'stopped' } },
    });
    expect(await suite.here.said(id)).toEqual([]);
    expect(await suite.here.conversation(id)).toBeUndefined();
    expect(await suite.here.ledger(alice)).toMatchObject([{ turn_id: turn.messageId, status: 'stopped' }]);
    expect(await suite.here.holds(alice)).toBe(0);
    await expect(suite.here.chat.followTurn(alice, turn.messageId)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('an account deleted while it streams', () => {
  it('ends the turn, of which only the ledger knows', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate, ' two', stall()));
    const turn = await suite.here.send(alice, id, 'Hi');
    const heard = hear(turn);
    await suite.here.deleteUser(alice.userId);
    gate.open();
    expect(await heard).toMatchObject({
      text: expect.stringMatching(/^one( two)?$/) as string,
      end: { type: 'end', quota: { requests: 0, tokens: 0 } },
    });
    expect(await suite.here.said(id)).toEqual([]);
    expect(await suite.here.ledger(alice)).toMatchObject([{ turn_id: turn.messageId }]);
    expect(await suite.here.holds(alice)).toBe(0);
    expect(await suite.here.db.query('SELECT 1 FROM quota_counters WHERE user_id = ?', [alice.userId])).toEqual([]);
  });

  it('or deleted with many at once, ends them all', async () => {
    suite.upstream.otherwise(says('one', stall()));
    const ids = await Promise.all(Array.from({ length: 8 }, () => suite.here.begin(alice)));
    const turns = await Promise.all(ids.map((each) => suite.here.send(alice, each, 'Hi')));
    const heard = turns.map(hear);
    await Promise.all([
      ...turns.map(({ messageId }) => suite.here.chat.stopTurn(alice, messageId).catch(() => undefined)),
      suite.here.deleteUser(alice.userId),
    ]);
    expect(new Set((await Promise.all(heard)).map(({ end }) => end.type))).toEqual(new Set(['end']));
    expect(await suite.here.ledger(alice)).toHaveLength(8);
    expect(await suite.here.holds(alice)).toBe(0);
  });
});
