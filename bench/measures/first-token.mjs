import { compared } from './compared.mjs';

const STREAMS = 100;

export const P4 = compared({
  ...{ combine: 'difference', suffix: ' ms', unit: 'ms to the first token', isGate: false },
  ...{ work: 'added time to the first token, p50, one client', limit: 0.8, goal: '≤ 0.8 ms' },
  peer: { kind: 'stored', limit: 0.25 },
  round: async (contestant) => {
    const questions = await contestant.questions(STREAMS, { chunks: 2, perSecond: 200, burst: 1 }, true);
    return { figure: (await contestant.does('firstTokens', { questions })).firstTokenMs.p50 };
  },
});
