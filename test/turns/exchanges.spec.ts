import { ActiveExchanges, type ExchangeCommand, Exchanges } from '#chat';
import { type Actor, AppError } from '#kernel';
import { QuotaAdministration } from '#quota';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { fails, says, stall } from '../harness/upstream';
import { MODEL, type TurnProcess, turnSuite } from './turn-suite';

const LEASE_MS = 15_000;
const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const suite = turnSuite({ environment: { MAX_CONCURRENT_TURNS: '3' } });
const wanted = () => new AbortController().signal;

let alice: Actor;
beforeEach(async () => {
  alice = await suite.here.someone();
});

function open(changes: Partial<ExchangeCommand> = {}, process: TurnProcess = suite.here, signal = wanted()) {
  const request = { messages: [{ role: 'user', content: 'Hi' }] };
  return process.app.nest.get(Exchanges).open(alice, { model: MODEL, request, stream: true, ...changes }, signal);
}

async function ask(changes: Partial<ExchangeCommand> = {}) {
  return (await open(changes)).pour(() => true);
}

describe('an exchange', () => {
  it('is on the ledger, and in no conversation', async () => {
    suite.upstream.answers(says('one', ' two', { usage }));
    expect(await ask()).toMatchObject({ usage: { promptTokens: 8, completionTokens: 2 }, error: undefined });
    const bill = { model: MODEL, status: 'complete', prompt_tokens: 8, completion_tokens: 2, charged_tokens: 10 };
    expect(await suite.here.ledger(alice)).toMatchObject([{ ...bill, conversation_id: null }]);
    expect(await suite.here.used(alice)).toEqual({ requests: 1, tokens: 10 });
    expect(await faultsIn(suite.here.db)).toEqual([]);
  });

  it('that fails costs nothing, and what is cut off what came of it', async () => {
    suite.upstream.answers(fails(500), says('one', stall()));
    await expect(open()).rejects.toMatchObject({ kind: 'upstream_down' });
    expect(await suite.here.used(alice)).toEqual({ requests: 0, tokens: 0 });
    const ending = (await open()).pour(() => true);
    suite.here.app.nest.get(ActiveExchanges).cutOff(new AppError('unavailable', { reason: 'shutting_down' }));
    expect(await ending).toMatchObject({ error: { kind: 'unavailable' }, usage: { completionTokens: 1 } });
    expect(await suite.here.ledger(alice)).toMatchObject([{ status: 'interrupted', completion_tokens: 1 }]);
    expect(await suite.here.holds(alice)).toBe(0);
  });

  it('overspends nothing, however many come at once', async () => {
    const none = { dailyRequests: 2, monthlyRequests: null, dailyTokens: null, monthlyTokens: null };
    await suite.here.app.nest.get(QuotaAdministration).setOverride(alice, alice.userId, none);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => ask()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2);
    expect(suite.upstream.calls.length).toBe(outcomes.filter(({ status }) => status === 'fulfilled').length);
    expect(await suite.here.used(alice)).toMatchObject({ requests: suite.upstream.calls.length });
  });

  it('counts among the turns of a user that run at once', async () => {
    suite.upstream.otherwise(says('one', stall()));
    const id = await suite.here.begin(alice);
    const leave = new AbortController();
    const running = [await open({}, suite.here, leave.signal), await open({}, suite.here, leave.signal)];
    const turn = await suite.here.send(alice, id, 'Hi');
    await expect(open()).rejects.toMatchObject({ kind: 'rate_limited', reason: 'too_many_turns' });
    leave.abort();
    await Promise.all(running.map((exchange) => exchange.pour(() => true)));
    await suite.here.chat.stopTurn(alice, turn.messageId);
    expect(await suite.here.holds(alice)).toBe(0);
  });

  it('whose process has died is paid for with its prompt, once its lease is over', async () => {
    const process = await suite.another();
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate, ' two', { usage }));
    const exchange = await open({}, process);
    process.app.nest.get(ActiveExchanges).onModuleDestroy();
    suite.clock.advance(LEASE_MS - 1);
    expect(await suite.here.holds(alice)).toBe(1);
    suite.clock.advance(2);
    await eventually(async () => (await suite.here.holds(alice)) === 0);
    const bill = { model: MODEL, status: 'interrupted', prompt_tokens: 8, completion_tokens: 0, charged_tokens: 8 };
    expect(await suite.here.ledger(alice)).toMatchObject([bill]);
    // It was only asleep.
    const ending = exchange.pour(() => true);
    gate.open();
    expect(await ending).toMatchObject({ error: undefined });
    expect(await suite.here.used(alice)).toEqual({ requests: 1, tokens: 8 });
    expect(await suite.here.ledger(alice)).toHaveLength(1);
  });
});
