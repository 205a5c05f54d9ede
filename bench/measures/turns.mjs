import { CountingProxy } from '../rig/counting-proxy.mjs';
import { Costs } from '../rig/profile.mjs';
import { ENTRY_OF_FILES } from '../rig/server.mjs';
import { compared } from './compared.mjs';

const TURNS_EACH = 10;
const CONVERSATIONS = 20;
const SIDE_BY_SIDE = 4;
const P3_ROUNDS = 7;
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
  ...{ work: 'a JSON turn with storage', limit: 7, goal: '≤ 7× the pipe', rounds: P3_ROUNDS },
  peer: { kind: 'stored', limit: 0.2 },
  round: async (contestant) => ({
    figure: await cpuMsOfATurn(contestant, await turnsFor(contestant, CONVERSATIONS, SIDE_BY_SIDE)),
  }),
});

/** The driver, TypeORM and our own code around them. */
const isDatabase = (name) => /^(pg(-.+)?|typeorm|postgres-.+|libs\/platform\/src\/database)$/.test(name);

export const P10 = {
  ...{ work: "a turn's database work", goal: '2 round trips, ≤ 0.3 ms CPU', isGate: false },
  run: async (rig) => {
    const proxy = await rig.keep(new CountingProxy());
    const ours = await rig.newServer((url) => proxy.before(url), ENTRY_OF_FILES);
    await ours.warmUp();

    const lists = await turnsFor(ours, CONVERSATIONS, 1);
    const before = proxy.roundTrips;
    await cpuMsOfATurn(ours, lists);
    const roundTrips = (proxy.roundTrips - before) / (CONVERSATIONS * TURNS_EACH);

    // As old as the server of P3, and as busy.
    let turnMs;
    for (let round = 0; round < P3_ROUNDS; round++) {
      turnMs = await cpuMsOfATurn(ours, await turnsFor(ours, CONVERSATIONS, SIDE_BY_SIDE));
    }
    const profiled = await turnsFor(ours, CONVERSATIONS, SIDE_BY_SIDE);
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
