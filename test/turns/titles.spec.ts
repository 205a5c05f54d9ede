import type { Actor } from '#kernel';
import { eventually } from '../harness/eventually';
import { fails, says } from '../harness/upstream';
import { type TurnProcess, turnSuite } from './turn-suite';

const CHEAP = 'cheap';
const suite = turnSuite({ models: [{}, { id: CHEAP, cost_per_1k_tokens: { input: 0.0001, output: 0.0001 } }] });

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice, { title: undefined });
});

const titleCalls = () => suite.upstream.calls.filter(({ body }) => body?.stream !== true);
const titleOf = async (conversationId = id, process = suite.here) =>
  (await process.conversation(conversationId))?.title;
const named = (title: string, conversationId = id, process = suite.here) =>
  eventually(async () => (await titleOf(conversationId, process)) === title);

/** So that the title is not asked for before the test is ready. */
function answersWithTitle(title: ReturnType<typeof says>): void {
  suite.upstream.otherwise(({ body }) => (body?.stream === true ? says('an answer') : title));
}

it('is made of the first exchange by the cheapest model, on nobody’s books', async () => {
  const gate = suite.upstream.gate();
  answersWithTitle(says(gate, '“Trip to Rome.”'));
  const { end } = await suite.here.ask(alice, id, 'When in Rome?');
  // Nobody waits for it.
  expect([end.type, await titleOf()]).toEqual(['end', '']);
  gate.open();
  await named('Trip to Rome');
  const [call] = titleCalls();
  expect(call?.body).toMatchObject({ model: CHEAP });
  expect(call?.body?.messages.at(-1)?.content).toBe('When in Rome?\n\n---\n\nan answer');
  expect(await suite.here.ledger(alice)).toHaveLength(1);
  await suite.here.ask(alice, id, 'And in Athens?');
  expect(titleCalls()).toHaveLength(1);
});

it('is made after the first whole answer', async () => {
  answersWithTitle(says('Rome'));
  suite.upstream.answers(fails(500));
  await suite.here.send(alice, id, 'one').catch(() => undefined);
  await suite.here.ask(alice, id, 'two');
  await named('Rome');
  expect(titleCalls()).toHaveLength(1);
});

it('is never put over one that was given meanwhile', async () => {
  const gate = suite.upstream.gate();
  answersWithTitle(says(gate, 'Rome'));
  await suite.here.ask(alice, id, 'one');
  await eventually(() => titleCalls().length === 1);
  await suite.here.conversations.update(alice, id, { title: 'Mine' });
  gate.open();
  await titleCalls()[0]?.ended;
  // Another, made after it, is there by now.
  const other = await suite.here.begin(alice, { title: undefined });
  await suite.here.ask(alice, other, 'one');
  await named('Rome', other);
  expect(await titleOf()).toBe('Mine');
});

it.each([
  ['fails', fails(500)],
  ['says nothing', says()],
  ['says nothing to be read', says('""')],
])('is the beginning of the question where the model %s', async (_what, answer) => {
  answersWithTitle(answer);
  await suite.here.ask(alice, id, `When in\nRome${' and there'.repeat(20)}?`);
  await named(`When in Rome${' and there'.repeat(20)}`.slice(0, 80));
});

it('is paid for by the owner’s key where he has one', async () => {
  answersWithTitle(says('Rome'));
  id = await suite.here.begin(alice, { title: undefined, apiKey: 'sk-alice' });
  await suite.here.ask(alice, id, 'one');
  await named('Rome');
  expect(titleCalls().map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-alice']);
});

it('is asked for by four at once, the others wait', async () => {
  const gate = suite.upstream.gate();
  answersWithTitle(says(gate, 'Rome'));
  const ids = await Promise.all(Array.from({ length: 7 }, () => suite.here.begin(alice, { title: undefined })));
  await Promise.all(ids.map((each) => suite.here.ask(alice, each, 'one')));
  await eventually(() => titleCalls().length === 4);
  gate.open();
  for (const each of ids) await named('Rome', each);
  expect(titleCalls()).toHaveLength(7);
});

describe('without a model that makes titles', () => {
  async function askIn(process: TurnProcess, model: string): Promise<void> {
    id = await process.begin(alice, { title: undefined, model });
    await process.ask(alice, id, 'When in Rome?');
  }

  it('there is none where the operator wants none', async () => {
    const process = await suite.another({ TITLE_MODEL: '' });
    await askIn(process, 'small');
    // What another process makes after it is there.
    const other = await suite.here.begin(alice, { title: undefined });
    await suite.here.ask(alice, other, 'one');
    await eventually(async () => (await titleOf(other)) !== '');
    expect(await titleOf()).toBe('');
    expect(titleCalls()).toHaveLength(1);
  });

  it('the demonstration takes the beginning of the question', async () => {
    const process = await suite.another({ LLM_PROVIDER: 'demo' });
    await askIn(process, 'demo');
    await named('When in Rome?', id, process);
    expect(suite.upstream.calls).toEqual([]);
  });
});
