import { CountingProxy } from '../rig/counting-proxy.mjs';
import { Costs } from '../rig/profile.mjs';
import { ENTRY_OF_FILES } from '../rig/server.mjs';
import { compared } from './compared.mjs';

const TURNS_EACH = 10;
/** Conversations whose round trips are counted. */
const LISTENED_TO = 20;
const WISH = { chunks: 20, perSecond: 0 };

/** The conversations shared out among so many lists, each conversation with all its turns. */
async function turnsFor(contestant, conversations, sideBySide) {
  const questions = await contestant.questions(conversations, WISH, false);
  const isIn = (list) => (question, index) => index % sideBySide === list;
  return Array.from({ length: sideBySide }, (none, list) =>
    questions.filter(isIn(list)).flatMap((question) => Array(TURNS_EACH).fill(question)),
  );
}

async function cpuMsOfATurn(contestant, lists) {
  const { cpuMs, turns } = await contestant.does('turns', { lists });
  return cpuMs / turns;
}

export const P3 = compared({
  ...{ combine: 'ratio', suffix: '×', unit: 'ms CPU a turn', isGate: true },
  ...{ work: 'a JSON turn with storage', limit: 7, goal: '≤ 7× the pipe', rounds: 7 },
  peer: { kind: 'stored', limit: 0.2 },
  round: async (contestant) => ({ figure: await cpuMsOfATurn(contestant, await turnsFor(contestant, 20, 4)) }),
});

/** The driver, TypeORM and our own code around them. */
const isDatabase = (name) => /^(pg(-.+)?|typeorm|postgres-.+|libs\/platform\/src\/database)$/.test(name);

export const P10 = {
  ...{ work: "a turn's database work", goal: '2 round trips, ≤ 0.3 ms CPU', isGate: false },
  run: async (rig) => {
    const proxy = await rig.keep(new CountingProxy());
    const ours = await rig.newServer((url) => proxy.before(url), ENTRY_OF_FILES);
    await ours.warmUp();

    const lists = await turnsFor(ours, LISTENED_TO, 1);
    const before = proxy.roundTrips;
    const turnMs = await cpuMsOfATurn(ours, lists);
    const roundTrips = (proxy.roundTrips - before) / (LISTENED_TO * TURNS_EACH);

    const profiled = await turnsFor(ours, LISTENED_TO, 1);
    await ours.child.ask('startProfile');
    await cpuMsOfATurn(ours, profiled);
    const share = new Costs(await ours.child.ask('stopProfile')).shareOf(isDatabase);
    return {
      figure: `${roundTrips.toFixed(1)} round trips, ${(turnMs * share).toFixed(2)} ms`,
      spread: '',
      detail: `${(share * 100).toFixed(0)} % of ${turnMs.toFixed(2)} ms CPU a turn`,
      isReached: roundTrips < 2.05 && turnMs * share <= 0.3,
    };
  },
};
