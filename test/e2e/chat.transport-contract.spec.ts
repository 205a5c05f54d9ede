import { QuotaAdministration } from '#quota';
import { registerAdmin } from '../factories/people';
import { cut, fails, says, stall } from '../harness/upstream';
import { Talk } from './chat/talk';
import { doors, OPEN_DOORS } from './compat/doors';
import { type Client, type Outcome, transports } from './transports';

const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const WHOLE: Outcome = { text: 'Hél😀lo', status: 'complete', finishReason: 'stop', totalTokens: 10 };
const NO_ID = '019b76da-a800-7000-8000-000000000099';

interface Stage {
  readonly talk: Talk;
  readonly client: Client;
  readonly conversation: string;
}

interface Scenario {
  readonly name: string;
  readonly needsKeys?: true;
  play(stage: Stage): Promise<unknown>;
  readonly outcome: unknown;
}

/** What happens is the same, whichever way a client comes. A new transport is accepted when it passes this. */
const scenarios: readonly Scenario[] = [
  {
    name: 'a turn',
    async play({ talk, client, conversation }) {
      talk.upstream.answers(says('Hé', 'l😀', 'lo', { usage }));
      const outcome = await client.send({ conversation, content: 'Hi' }).outcome;
      return [outcome, (await talk.answerIn(conversation))?.content];
    },
    outcome: [WHOLE, 'Hél😀lo'],
  },
  {
    name: 'a turn without quota',
    async play({ talk, client, conversation }) {
      const none = { dailyRequests: 0, monthlyRequests: 0, dailyTokens: 0, monthlyTokens: 0 };
      const { id: userId, username } = await registerAdmin(talk.app);
      const admin = {
        userId,
        username,
        permissions: new Set<never>(),
        credential: { kind: 'session', id: NO_ID },
      } as const;
      const quotas = talk.app.nest.get(QuotaAdministration);
      await quotas.setOverride(admin, talk.alice.id, none);
      const outcome = await client.send({ conversation, content: 'Hi' }).outcome;
      await quotas.clearOverride(admin, talk.alice.id);
      return [outcome, await talk.answerIn(conversation), talk.upstream.calls.length];
    },
    outcome: [{ error: 'QUOTA_EXCEEDED' }, undefined, 0],
  },
  {
    name: 'an upstream that fails before the first token',
    async play({ talk, client, conversation }) {
      talk.upstream.answers(fails(500));
      const outcome = await client.send({ conversation, content: 'Hi' }).outcome;
      return [outcome, (await talk.answerIn(conversation))?.status];
    },
    outcome: [{ error: 'OPENAI_API_ERROR' }, 'failed'],
  },
  {
    name: 'an upstream that fails after the first token',
    async play({ talk, client, conversation }) {
      talk.upstream.answers(says('Hel', cut('reset')));
      const outcome = await client.send({ conversation, content: 'Hi' }).outcome;
      const answer = await talk.answerIn(conversation);
      return [outcome, answer?.status, answer?.content];
    },
    outcome: [{ error: 'OPENAI_API_ERROR' }, 'interrupted', 'Hel'],
  },
  {
    name: 'a turn that is stopped',
    async play({ talk, client, conversation }) {
      talk.upstream.answers(says('Hel', stall()));
      const running = client.send({ conversation, content: 'Hi' });
      await client.stop(await running.messageId);
      const outcome = (await running.outcome) as { text: string; status: string };
      const answer = await talk.answerIn(conversation);
      return [outcome.status, answer?.status, answer?.content === outcome.text];
    },
    outcome: ['stopped', 'stopped', true],
  },
  {
    name: "another's conversation, and one that never was",
    async play({ talk, client }) {
      const theirs = await talk.begin({}, talk.bob);
      return [
        await client.send({ conversation: theirs, content: 'Hi' }).outcome,
        await client.send({ conversation: NO_ID, content: 'Hi' }).outcome,
        talk.upstream.calls.length,
      ];
    },
    outcome: [{ error: 'RESOURCE_NOT_FOUND' }, { error: 'RESOURCE_NOT_FOUND' }, 0],
  },
  {
    name: 'what is too long to say',
    play: ({ client, conversation }) => client.send({ conversation, content: 'x'.repeat(10_001) }).outcome,
    outcome: { error: 'VALIDATION_ERROR' },
  },
  {
    name: 'an answer that is read on from the middle',
    async play({ talk, client, conversation }) {
      talk.upstream.answers(says('Hé', 'l😀', 'lo', { usage }));
      await client.send({ conversation, content: 'Hi' }).outcome;
      const { id = '' } = (await talk.answerIn(conversation)) ?? {};
      const rest = (await client.resume(id, 3)) as { text: string; status: string };
      return [rest.text, rest.status, await client.resume(NO_ID, 0)];
    },
    outcome: ['😀lo', 'complete', { error: 'RESOURCE_NOT_FOUND' }],
  },
  {
    name: 'the same again under the same key',
    needsKeys: true,
    async play({ talk, client, conversation }) {
      talk.upstream.answers(says('Hé', 'l😀', 'lo', { usage }));
      const sent = { conversation, key: `key-${conversation}` };
      return [
        await client.send({ ...sent, content: 'Hi' }).outcome,
        await client.send({ ...sent, content: 'Hi' }).outcome,
        await client.send({ ...sent, content: 'Something else' }).outcome,
        talk.upstream.calls.length,
      ];
    },
    outcome: [WHOLE, WHOLE, { error: 'CONFLICT' }, 1],
  },
  {
    name: 'a second turn at once',
    async play({ talk, client, conversation }) {
      const gate = talk.upstream.gate();
      talk.upstream.answers(says('Hé', gate, 'l😀lo', { usage }));
      const running = client.send({ conversation, content: 'Hi' });
      await running.messageId;
      const second = await talk.send(conversation, { content: 'And?' });
      gate.open();
      return [second.status, await running.outcome];
    },
    outcome: [409, WHOLE],
  },
];

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start(OPEN_DOORS);
});
afterAll(() => talk.stop());

describe.each([...transports, ...doors])('over $name', ({ connect, lacksKeys = false }) => {
  let client: Client;

  beforeAll(() => talk.anew());
  beforeEach(async () => {
    talk.upstream.reset();
    client = await connect(talk);
  });
  afterEach(() => client.leave());

  it.each(scenarios.filter(({ needsKeys = false }) => !(needsKeys && lacksKeys)))(
    '$name',
    async ({ play, outcome }) => {
      expect(await play({ talk, client, conversation: await talk.begin() })).toEqual(outcome);
    },
  );
});
