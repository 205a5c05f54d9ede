import fc from 'fast-check';
import type { Actor } from '#kernel';
import { TokenCounter } from '#llm';
import { Quota } from '#quota';
import { cut, fails, raw, says, stall } from '../harness/upstream';
import { hear, hearUntil, type LedgerRow, MODEL, turnSuite } from './turn-suite';

const suite = turnSuite();
const TURNS = 40;
const LANES = 5;

/** How an upstream ends what it is asked; `left` is what has come of it. */
const endings = {
  complete: { answer: says('some', ' words'), left: 'some words' },
  stopped: { answer: says('some', ' words', stall()), left: 'some words' },
  cut: { answer: says('some', ' words', cut()), left: 'some words' },
  refused: { answer: fails(500), left: '' },
  'failed before text': { answer: says(raw('data: {"error":{"code":"boom"}}\n\n')), left: '' },
  'failed after text': { answer: says('some', raw('data: {"error":{"code":"boom"}}\n\n')), left: 'some' },
  'without usage': { answer: says('some', ' words', { usage: null }), left: 'some words' },
  'with absurd usage': {
    answer: says('some', { usage: { prompt_tokens: -1, completion_tokens: 1e12, total_tokens: 0 } }),
    left: 'some',
  },
  cached: { answer: says('known'), left: 'known' },
} as const;
type Ending = keyof typeof endings;

const story = fc.sample(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<Ending>('complete', 'stopped', 'without usage', 'with absurd usage') },
    { weight: 4, arbitrary: fc.constantFrom<Ending>('cut', 'refused', 'failed before text', 'failed after text') },
    { weight: 4, arbitrary: fc.constant<Ending>('cached') },
  ),
  { numRuns: TURNS, seed: 42 },
);

interface Played {
  readonly question: string;
  readonly ending: Ending;
  readonly messageId: string | undefined;
}

let alice: Actor;

async function play(conversationId: string, index: number): Promise<Played> {
  const ending = story[index] ?? 'complete';
  const question = `${index}: ${ending}`;
  if (ending === 'cached') {
    const own = await suite.here.begin(alice);
    const { turn } = await suite.here.ask(alice, own, 'the same: cached', { temperature: 0, mayBeCached: true });
    return { question: 'the same: cached', ending, messageId: turn.messageId };
  }
  try {
    const turn = await suite.here.send(alice, conversationId, question);
    if (ending === 'stopped') {
      await hearUntil(turn, 'words');
      await suite.here.chat.stopTurn(alice, turn.messageId);
    } else {
      const { text } = await hear(turn);
      // Whoever has waited for long is told at the end that nothing came.
      if (text === '') return { question, ending, messageId: undefined };
    }
    return { question, ending, messageId: turn.messageId };
  } catch {
    return { question, ending, messageId: undefined };
  }
}

it('the books are what the upstream was asked for, whatever became of it', async () => {
  const tokens = suite.here.app.nest.get(TokenCounter);
  alice = await suite.here.someone();
  suite.upstream.otherwise(({ body }) => {
    const [, ending] = String(body?.messages.at(-1)?.content).split(': ');
    return endings[ending as Ending].answer;
  });
  const lanes = await Promise.all(Array.from({ length: LANES }, () => suite.here.begin(alice)));
  // So that the others are hits.
  const played: Played[] = [];
  const first = await suite.here.begin(alice);
  const wishes = { temperature: 0, mayBeCached: true };
  const { turn } = await suite.here.ask(alice, first, 'the same: cached', wishes);
  await Promise.all(
    lanes.map(async (lane, at) => {
      for (let index = at; index < TURNS; index += LANES) played.push(await play(lane, index));
    }),
  );

  const ledger = new Map((await suite.here.ledger(alice)).map((row) => [row.turn_id, row]));
  const calls = suite.upstream.calls.map((call) => ({ call, question: String(call.body?.messages.at(-1)?.content) }));
  const asked = played.filter(({ ending }) => ending !== 'cached').map(({ question }) => question);
  expect(calls.map(({ question }) => question).sort()).toEqual(['the same: cached', ...asked].sort());
  expect(ledger.get(turn.messageId)).toMatchObject({
    status: 'complete',
    charged_tokens: turn.messageId && expect.any(Number),
  });
  ledger.delete(turn.messageId);

  for (const { question, ending, messageId } of played) {
    const { left } = endings[ending];
    if (left === '') {
      expect([ending, messageId]).toEqual([ending, undefined]);
      continue;
    }
    const row: LedgerRow | undefined = ledger.get(messageId ?? '');
    ledger.delete(messageId ?? '');
    if (ending === 'cached') {
      expect(row).toMatchObject({ status: 'complete', total_tokens: 0, charged_tokens: 0 });
      expect(Boolean(row?.cached)).toBe(true);
      continue;
    }
    const { call } = calls.find((each) => each.question === question) ?? {};
    const messages = (call?.body?.messages ?? []) as { role: 'user'; content: string }[];
    const usage = ending === 'with absurd usage' ? undefined : call?.usage;
    const prompt = usage?.prompt_tokens ?? (await tokens.countMessages(messages));
    const completion = usage?.completion_tokens ?? (await tokens.count(left));
    expect(row).toMatchObject({
      ...{ model: MODEL, prompt_tokens: prompt, completion_tokens: completion },
      ...{ total_tokens: prompt + completion, charged_tokens: prompt + completion },
    });
    const message = await suite.here.message(messageId ?? '');
    expect(message).toMatchObject({ content: left, status: row?.status, tokens_used: completion });
  }
  expect([...ledger.values()]).toEqual([]);

  const entries = await suite.here.ledger(alice);
  const { day, month } = await suite.here.app.nest.get(Quota).statusOf(alice.userId);
  const charged = entries.reduce((sum, row) => sum + row.charged_tokens, 0);
  expect(day.used).toEqual({ requests: entries.length, tokens: charged });
  expect(month.used).toEqual(day.used);
  expect(await suite.here.holds(alice)).toBe(0);

  for (const lane of lanes) {
    const said = await suite.here.said(lane);
    expect(said.filter(({ status }) => status === 'streaming')).toEqual([]);
    expect(await suite.here.conversation(lane)).toMatchObject({
      ...{ message_count: said.length, last_message_content: said.at(-1)?.content, running_message_id: null },
    });
  }
}, 60_000);
