import { bareQuestions } from '../rig/people.mjs';
import { compared } from './compared.mjs';

const STREAMS = 200;
const CHUNKS = 160;
const RAMP_MS = 1000;

const PIECES = { chunks: CHUNKS, perSecond: 20, burst: 1 };
/** Twice as fast, so that it takes half as long: what a chunk costs does not depend on it. */
const BURSTS = { chunks: CHUNKS, perSecond: 40, burst: 8 };

/**
 * From the request to the end of the stream, so that opening and storing a turn is shared by the chunks of its answer;
 * and `besides` of what comes while all streams are open, when hardly any turn begins or ends.
 */
async function cpuOfChunk(contestant, questions) {
  const seen = await contestant.streams({ questions, rampMs: RAMP_MS, chunks: CHUNKS });
  return {
    figure: (seen.cpuMs * 1000) / seen.chunks,
    besides: (seen.cpuMsWhileAllOpen * 1000) / seen.chunksWhileAllOpen,
  };
}

const chunksOf = (wish) => async (contestant) =>
  cpuOfChunk(contestant, await contestant.questions(STREAMS, wish, true));

/** What OpenAI's own clients send, which no conversation keeps. */
function chunksOfDoor(contestant) {
  const { child, tokens } = contestant;
  const questions = bareQuestions(child.port, STREAMS, PIECES, true).map((question, index) => ({
    ...question,
    ...(tokens.length > 0 && { headers: { authorization: `Bearer ${tokens[index % tokens.length]}` } }),
  }));
  return cpuOfChunk(contestant, questions);
}

const shared = { combine: 'ratio', suffix: '×', unit: 'µs CPU a chunk', besides: 'while all are open', isGate: true };

export const P1 = compared({
  ...{ ...shared, work: 'a relayed chunk, 200 streams at 20 tokens/s', limit: 1.5, goal: '≤ 1.5× the pipe' },
  peer: { kind: 'relay', limit: 0.4 },
  round: chunksOf(PIECES),
});

export const P2 = compared({
  ...{ ...shared, work: 'the same at 40, 8 chunks an upstream write', limit: 2, goal: '≤ 2× the pipe' },
  peer: { kind: 'relay', limit: 0.25 },
  round: chunksOf(BURSTS),
});

export const P1V = compared({
  ...{
    ...shared,
    isGate: false,
    rounds: 3,
    work: 'P1 through /v1/chat/completions',
    limit: 1.5,
    goal: '≤ 1.5× the pipe',
  },
  round: chunksOfDoor,
});
