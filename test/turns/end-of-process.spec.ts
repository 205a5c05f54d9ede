import type { Actor } from '#kernel';
import { says, stall } from '../harness/upstream';
import { hear, hearUntil, type TurnProcess, turnSuite } from './turn-suite';

const suite = turnSuite();
const shuttingDown = { kind: 'unavailable', reason: 'shutting_down', retryAfter: 1 };

let ending: TurnProcess;
let alice: Actor;
let id: string;
beforeEach(async () => {
  ending = await suite.another();
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

it('what runs comes to its end, and nothing new begins', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.answers(says('one', gate, ' two'));
  const turn = await ending.send(alice, id, 'Hi');
  const drained = ending.active.drain().then(() => ending.active.size);
  const other = await suite.here.begin(alice);
  await expect(ending.send(alice, other, 'Hi')).rejects.toMatchObject(shuttingDown);
  expect(await suite.here.said(other)).toEqual([]);
  gate.open();
  expect(await hear(turn)).toMatchObject({ text: 'one two', end: { type: 'end', message: { status: 'complete' } } });
  expect(await drained).toBe(0);
});

it('what has not come to its end is cut off; what came of it is stored, and its readers are told', async () => {
  suite.upstream.answers(says('one', stall()));
  const turn = await ending.send(alice, id, 'Hi');
  await hearUntil(turn, 'one');
  const heard = hear(turn);
  await ending.active.cutOff();
  expect(await suite.here.message(turn.messageId)).toMatchObject({
    ...{ status: 'interrupted', content: 'one', error_code: 'SERVICE_UNAVAILABLE' },
  });
  expect(await heard).toMatchObject({ text: 'one', end: { type: 'error', error: shuttingDown } });
  expect(await suite.here.ledger(alice)).toMatchObject([{ status: 'interrupted', completion_tokens: 1 }]);
  expect(await suite.here.conversation(id)).toMatchObject({ running_message_id: null });
});

describe('what had not begun', () => {
  const key = { idempotencyKey: 'a key' };

  async function isAsIfItHadNotBeen(): Promise<void> {
    expect(await suite.here.used(alice)).toEqual({ requests: 0, tokens: 0 });
    expect(await suite.here.ledger(alice)).toEqual([]);
    suite.upstream.answers(says('again'));
    const again = await suite.here.ask(alice, id, 'Hi', key);
    expect(again).toMatchObject({ text: 'again', end: { type: 'end', message: { status: 'complete' } } });
  }

  it('to be answered costs nothing, and whoever sends it again elsewhere is answered', async () => {
    suite.upstream.answers(says(stall()));
    const opening = ending.send(alice, id, 'Hi', key);
    await suite.upstream.nextCall();
    await Promise.all([ending.active.cutOff(), expect(opening).rejects.toMatchObject(shuttingDown)]);
    await isAsIfItHadNotBeen();
  });

  it('but was being opened does not begin', async () => {
    const opening = ending.send(alice, id, 'Hi', key);
    await Promise.all([ending.active.drain(), expect(opening).rejects.toMatchObject(shuttingDown)]);
    expect(suite.upstream.calls).toEqual([]);
    await isAsIfItHadNotBeen();
  });
});

it('an application that ends leaves no turn behind', async () => {
  suite.upstream.answers(says('one', stall()));
  const turn = await ending.send(alice, id, 'Hi');
  await ending.app.stop();
  expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'interrupted', content: 'one' });
  expect(await suite.here.holds(alice)).toBe(0);
});

describe('when its last reader leaves, a turn', () => {
  async function leave(policy: string) {
    const process = await suite.another({ CHAT_ON_DISCONNECT: policy });
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate, ' two'));
    const turn = await process.send(alice, id, 'Hi');
    const [first, last] = [turn.read(0), turn.read(3)];
    first.close();
    expect(process.active.find(turn.messageId)?.signal.aborted).toBe(false);
    last.close();
    return { process, gate, turn };
  }

  it('goes on', async () => {
    const { gate, turn } = await leave('continue');
    gate.open();
    expect(await hear(turn)).toMatchObject({ text: 'one two', end: { message: { status: 'complete' } } });
  });

  it('is stopped where the operator wants that, and what came is kept', async () => {
    const { process, turn } = await leave('abort');
    await process.active.drain();
    expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'stopped', content: 'one' });
    expect(await suite.upstream.calls[0]?.ended).toBe('client left');
  });
});
