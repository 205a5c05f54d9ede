import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { whyNoPostgres } from '../rig/database.mjs';
import { median, percentile } from '../rig/figures.mjs';
import { DEEP_CONVERSATION, FOUND, growers, SOUGHT } from '../rig/grown-data.mjs';
import { loneServer } from '../rig/lone-server.mjs';
import { People } from '../rig/people.mjs';
import { listening } from '../rig/rig.mjs';

const SIZES = [10_000, 100_000, 1_000_000];
const ASKED = 400;
const WARM_UP = 100;
const PAGE_SIZE = 20;
const DEEP_PAGE = 500;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export function answerOf({ port, method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, agent, method, path, headers }, async (answer) => {
      const whole = await text(answer);
      if (answer.statusCode < 300) resolve(JSON.parse(whole));
      else reject(new Error(`${method} ${path} answers ${answer.statusCode}: ${whole.slice(0, 200)}`));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** What each of them takes, asked one after another in turn, so that what else the machine does meets all: p95s in milliseconds. */
export async function p95s(asking, asked) {
  return (await timesOf(asking, asked)).map((times) => percentile(times, 0.95));
}

async function timesOf(asking, asked = ASKED) {
  const times = asking.map(() => []);
  for (let index = 0; index < WARM_UP + asked; index++) {
    for (const [which, ask] of asking.entries()) {
      const begunAt = performance.now();
      await ask();
      if (index >= WARM_UP) times[which].push(performance.now() - begunAt);
    }
  }
  return times;
}

/** A server of its own on data of that size, and what is asked of it. */
async function grown(engine, count, upstream) {
  const { server, database, close } = await loneServer(engine, upstream);
  try {
    const [alice, deep] = (await People.of(server, 2)).tokens;
    const send = (token, method, path, body) =>
      answerOf({
        ...{ port: server.port, method, path: `/api/v1${path}`, body },
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      });
    const get = (token, path) => send(token, 'GET', path);
    const { data: deepUser } = await get(deep, '/users/me');
    const begunAt = performance.now();
    await growers[engine](engine === 'postgres' ? database.url : database.file, count, deepUser.id);
    const grownInS = (performance.now() - begunAt) / 1000;

    const messages = `/conversations/${(await get(alice, '/conversations')).data.conversations[0].id}/messages`;
    const body = JSON.stringify({ content: JSON.stringify({ chunks: 1, perSecond: 0 }) });
    const questions = {
      list: () => get(alice, '/conversations'),
      page: () => get(alice, messages),
      turn: () => send(alice, 'POST', messages, body),
      quota: () => get(alice, '/users/me/quota'),
      search: async () => {
        const { data } = await get(alice, `/conversations?search=${encodeURIComponent(SOUGHT)}`);
        if (data.conversations.length !== FOUND) throw new Error(`${data.conversations.length} found, not ${FOUND}`);
      },
    };
    const deepPages = (query) => get(deep, `/conversations/${DEEP_CONVERSATION}/messages?size=${PAGE_SIZE}${query}`);
    return { questions, deepPages, grownInS, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pages(deepPages) {
  const after = async (query) => `&cursor=${(await deepPages(query)).data.pagination.next_cursor}`;
  let query = '';
  for (let number = 1; number < DEEP_PAGE; number++) query = await after(query);
  const [first, deep] = await p95s([() => deepPages(''), () => deepPages(query)]);
  return { first, deep };
}

/** Of one engine: what each question takes at the two sizes that its goal compares, and the pages. */
async function sizesOf(engine, upstream) {
  const open = [];
  try {
    for (const count of SIZES) open.push(await grown(engine, count, upstream));
    const figures = {};
    for (const kind of Object.keys(open[0].questions)) {
      const compared = kind === 'search' ? open.slice(1) : [open[0], open.at(-1)];
      const times = await timesOf(compared.map(({ questions }) => questions[kind]));
      figures[kind] = { p50: times.map(median), p95: times.map((each) => percentile(each, 0.95)) };
    }
    return { ...figures, ...(await pages(open[0].deepPages)), grownInS: open.at(-1).grownInS };
  } finally {
    for (const { close } of open) await close();
  }
}

let known;

/** Once for all that look at it. */
async function allEngines() {
  const upstream = await listening('upstream.mjs');
  try {
    const all = { sqlite: await sizesOf('sqlite', upstream) };
    if ((await whyNoPostgres()) === undefined) all.postgres = await sizesOf('postgres', upstream);
    return all;
  } finally {
    await upstream.stop();
  }
}

function shown(all, limit, show) {
  const engines = Object.entries(all).map(([engine, sizes]) => ({ engine, ...show(sizes) }));
  const missing = 'postgres' in all ? '' : '; not on PostgreSQL: none answers';
  return {
    figure: engines.map(({ worst }) => `${worst.toFixed(2)}×`).join(', '),
    spread: '',
    detail: engines.map(({ engine, detail }) => `${engine}: ${detail}`).join('; ') + missing,
    isReached: missing === '' && engines.every(({ worst }) => worst <= limit),
  };
}

const measure = (fields, limit, show) => ({
  ...{ isGate: false, needsNoRig: true, ...fields },
  run: async () => shown(await (known ??= allEngines()), limit, show),
});

const KINDS = ['list', 'page', 'turn', 'quota'];
const ms = (value) => `${value.toFixed(1)} ms`;

export const P7 = measure(
  { work: 'p95 at 1,000,000 messages over that at 10,000', goal: '≤ 1.2× on both engines' },
  1.2,
  (figures) => {
    const ratioOf = ([few, many]) => many / few;
    const each = KINDS.map((kind) => {
      const { p50, p95 } = figures[kind];
      return `${kind} ${ratioOf(p95).toFixed(2)}× of ${ms(p95[0])}, medians ${ratioOf(p50).toFixed(2)}×`;
    });
    const made = `data made in ${figures.grownInS.toFixed(0)} s`;
    const worst = Math.max(...KINDS.map((kind) => ratioOf(figures[kind].p95)));
    return { worst, detail: `${each.join('; ')} (${made})` };
  },
);

export const P8 = measure(
  { work: `page ${DEEP_PAGE} of 10,000 messages over page 1, p95`, goal: '≤ 1.2× on both engines' },
  1.2,
  ({ first, deep }) => ({ worst: deep / first, detail: `${ms(deep)} over ${ms(first)}` }),
);

export const P9 = measure(
  { work: 'search for two characters, 1,000,000 over 100,000', goal: '≤ 2× on both engines' },
  2,
  ({ search }) => {
    const [many, most] = search.p95;
    return { worst: most / many, detail: `${ms(most)} over ${ms(many)}` };
  },
);
