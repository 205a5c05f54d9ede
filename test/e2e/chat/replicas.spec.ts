import { Shutdown } from '#platform';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { textOf } from '../../harness/sse-client';
import { says } from '../../harness/upstream';
import { Talk } from './talk';

const hi = { content: 'Hi' };

let database: TestDatabase;
let here: Talk;
let there: Talk;

beforeEach(async () => {
  database = await createTestDatabase();
  const environment = { SECRET_KEY: 'a key that both replicas have' };
  [here, there] = await Promise.all([Talk.start(environment, database), Talk.start(environment, database)]);
  there.alice = here.alice;
});
afterEach(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});

it('read an answer that another writes, and stop it', async () => {
  const gate = here.upstream.gate();
  const conversation = await here.begin();
  here.upstream.answers(says('Hel', gate, 'lo'));
  const stream = await here.stream(conversation, hi);
  const { id = '' } = (await there.answerIn(conversation)) ?? {};
  const attached = await there.attach(id);
  const stopped = await there.post(`messages/${id}/stop`, {});
  expect(stopped.body.data).toMatchObject({ id, content: 'Hel', status: 'stopped' });
  for (const events of [await stream.rest(), await attached.rest()]) {
    expect(textOf(events)).toBe('Hel');
    expect(events.at(-1)?.data).toMatchObject({ type: 'end', status: 'stopped' });
  }
});

it('end what they only pass on when they end', async () => {
  const gate = here.upstream.gate();
  const conversation = await here.begin();
  here.upstream.answers(says('Hel', gate, 'lo'));
  const stream = await here.stream(conversation, hi);
  const { id = '' } = (await there.answerIn(conversation)) ?? {};
  const attached = await there.attach(id);
  await there.app.nest.get(Shutdown).begin(900);
  expect((await attached.rest()).at(-1)?.data).toMatchObject({ type: 'error', error: { code: 'SERVICE_UNAVAILABLE' } });
  gate.open();
  expect(textOf(await stream.rest())).toBe('Hello');
});
