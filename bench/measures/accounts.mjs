import { Child } from '../rig/child.mjs';
import { median } from '../rig/figures.mjs';
import { People } from '../rig/people.mjs';
import { Server } from '../rig/server.mjs';
import { sideBySide } from '../rig/side-by-side.mjs';

const ROUNDS = 5;
const LANES = 4;
const REQUESTS = 5_000;
const WARM_UP = 2_000;
const LOGINS = 60;

const spreadOf = (figures, digits) => `${Math.min(...figures).toFixed(digits)}–${Math.max(...figures).toFixed(digits)}`;

/** With one user, on a SQLite file of its own. */
async function withServer(work) {
  const server = await Server.start({ databaseUrl: 'sqlite:///./bench.db' });
  try {
    return await work(server, await People.of(server, 1));
  } finally {
    await server.stop();
  }
}

export const ME = {
  ...{ work: 'GET /users/me, signed in', goal: '≤ 0.5 ms CPU', isGate: false, needsNoRig: true },
  run: () =>
    withServer(async (server, people) => {
      const ask = (count) =>
        sideBySide(count, LANES, () => people.send('GET', '/api/v1/users/me', undefined, people.tokens[0]));
      await ask(WARM_UP);
      const costs = [];
      while (costs.length < ROUNDS) {
        const before = server.cpuMs();
        await ask(REQUESTS);
        costs.push((server.cpuMs() - before) / REQUESTS);
      }
      const figure = median(costs);
      return {
        figure: `${figure.toFixed(2)} ms`,
        spread: spreadOf(costs, 2),
        detail: `${ROUNDS} rounds of ${REQUESTS} after ${WARM_UP}, on SQLite`,
        isReached: figure <= 0.5,
      };
    }),
};

/** CPU is what hardly depends on who else is at work; how many a second there were is told beside it. */
export const LOGIN = {
  ...{ work: 'a login, over a bare argon2 verification', goal: '≤ 1.15×', isGate: false, needsNoRig: true },
  run: () =>
    withServer(async (server, people) => {
      const hasher = new Child('bench/processes/hasher.mjs');
      await hasher.hears(({ event }) => event === 'ready');
      const login = () => people.send('POST', '/api/v1/auth/login', people.credentials(0));
      const works = {
        login: [server, () => sideBySide(LOGINS, LANES, login)],
        bare: [
          hasher,
          () => {
            const done = hasher.hears(({ event }) => event === 'done');
            hasher.process.send({ count: LOGINS, lanes: LANES });
            return done;
          },
        ],
      };
      const timed = async ([child, work]) => {
        const [cpu, begunAt] = [child.cpuMs(), performance.now()];
        await work();
        return { cpuMs: (child.cpuMs() - cpu) / LOGINS, perSecond: (LOGINS * 1000) / (performance.now() - begunAt) };
      };
      try {
        const rounds = [];
        for (let round = 0; round <= ROUNDS; round++) {
          rounds.push({ login: await timed(works.login), bare: await timed(works.bare) });
        }
        const [, ...warm] = rounds;
        const ratios = warm.map(({ login, bare }) => login.cpuMs / bare.cpuMs);
        const rate = (who) => median(warm.map((round) => round[who].perSecond)).toFixed(0);
        return {
          figure: `${median(ratios).toFixed(2)}×`,
          spread: spreadOf(ratios, 2),
          detail: `${rate('login')} logins a second, ${rate('bare')} verifications`,
          isReached: median(ratios) <= 1.15,
        };
      } finally {
        await hasher.stop();
      }
    }),
};
