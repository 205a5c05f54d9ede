import { compared } from './compared.mjs';

const STREAMS = 200;
const CHUNKS = 200;
const RAMP_MS = 1000;

/** From the request to the end of the stream: opening and storing a turn is shared by the chunks of its answer. */
const chunksOf = (burst) => async (contestant) => {
  const questions = await contestant.questions(STREAMS, { chunks: CHUNKS, perSecond: 20, burst }, true);
  const { cpuMs, chunks } = await contestant.does('streams', { questions, rampMs: RAMP_MS, chunks: CHUNKS });
  return (cpuMs * 1000) / chunks;
};

const shared = { combine: 'ratio', suffix: '×', unit: 'µs CPU a chunk', isGate: true };

export const P1 = compared({
  ...{ ...shared, work: 'a relayed chunk, 200 streams at 20 tokens/s', limit: 1.5, goal: '≤ 1.5× the pipe' },
  round: chunksOf(1),
});

export const P2 = compared({
  ...{ ...shared, work: 'the same, 8 chunks an upstream write', limit: 2, goal: '≤ 2× the pipe' },
  round: chunksOf(8),
});
