import { Db } from '#platform';
import { signIn } from '../factories/people';
import { Talk } from '../e2e/chat/talk';
import { faultsIn } from '../harness/invariants';
import { says } from '../harness/upstream';

const HOUR = 3_600_000;

let talk: Talk;

beforeEach(async () => {
  talk = await Talk.start();
});
afterEach(() => talk.stop());

const jump = (milliseconds: number): void => talk.app.clock.set(new Date(talk.app.clock.now() + milliseconds));

/** What a turn that runs meanwhile comes to, and whether everybody can go on. */
async function speakThrough(milliseconds: number): Promise<void> {
  const conversation = await talk.begin({ title: 'named' });
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('be', gate, 'fore'));
  const stream = await talk.stream(conversation, { content: 'Hi' });
  await stream.next();
  await stream.next();
  jump(milliseconds);
  gate.open();
  const events = await stream.rest();
  expect(events.at(-1)?.data).toMatchObject({ type: 'end', status: 'complete' });

  talk.alice = await signIn(talk.app, talk.alice);
  talk.upstream.answers(says('after'));
  const { status, body } = await talk.send(conversation, { content: 'And now?' });
  expect([status, body.data.assistant_message?.content]).toEqual([201, 'after']);
  const path = `/api/v1/conversations/${conversation}/messages?order=asc`;
  const { body: page } = await talk.app.api.get<{ data: { messages: { content: string }[] } }>(path, {
    token: talk.alice.token,
  });
  expect(page.data.messages.map(({ content }) => content)).toEqual(['Hi', 'before', 'And now?', 'after']);
  expect(await faultsIn(talk.app.nest.get(Db))).toEqual([]);
}

it.each([
  ['forward by a day and an hour', 25 * HOUR],
  ['back by an hour', -HOUR],
  ['back by a month', -31 * 24 * HOUR],
])('a clock that jumps %s loses nothing, counts nothing twice and keeps the order', async (_, milliseconds) => {
  await speakThrough(milliseconds);
});
