import { whyNoPostgres } from '../rig/database.mjs';
import { TURNS_EACH, usageGrowers } from '../rig/grown-usage.mjs';
import { loneServer } from '../rig/lone-server.mjs';
import { People } from '../rig/people.mjs';
import { listening } from '../rig/rig.mjs';
import { answerOf, p95s } from './scale.mjs';

const SIZES = [10_000, 1_000_000];
const ASKED = 40;
const DAY_MS = 86_400_000;

const from = new Date(Date.now() - 29 * DAY_MS).toISOString().slice(0, 10);

async function grown(engine, turns, upstream) {
  const { server, database, close } = await loneServer(engine, upstream);
  try {
    const people = new People(server);
    const [alice, admin] = await Promise.all(
      [0, 1].map((index) =>
        people.send('POST', '/api/v1/auth/register', {
          ...people.credentials(index),
          email: `bench-${index}@example.com`,
        }),
      ),
    );
    await usageGrowers[engine](engine === 'postgres' ? database.url : database.file, turns, admin.user.id);
    const get =
      ({ access_token }, path) =>
      () =>
        answerOf({
          ...{ port: server.port, method: 'GET', path: `/api/v1${path}` },
          headers: { authorization: `Bearer ${access_token}` },
        });
    const own = (group) => [`own by ${group}`, get(alice, `/users/me/usage?group_by=${group}&from=${from}`)];
    const all = (group) => [`all by ${group}`, get(admin, `/admin/usage?group_by=${group}&from=${from}`)];
    const { data } = await all('day')[1]();
    const requests = (30 * turns * 10) / TURNS_EACH;
    if (data.totals.requests !== requests) throw new Error(`${data.totals.requests} turns reported, not ${requests}`);
    const questions = [
      ...['day', 'model', 'conversation'].map(own),
      ...['day', 'user', 'model', 'plan'].map(all),
      ['stats', get(admin, '/admin/stats')],
    ];
    return { questions: Object.fromEntries(questions), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function figuresOn(engine, upstream) {
  const open = [];
  try {
    for (const turns of SIZES) open.push(await grown(engine, turns, upstream));
    const figures = [];
    for (const name of Object.keys(open[0].questions)) {
      const [few, many] = await p95s(
        open.map(({ questions }) => questions[name]),
        ASKED,
      );
      figures.push({ name, few, many });
    }
    return figures;
  } finally {
    for (const { close } of open) await close();
  }
}

const shown = ({ name, few, many }) => `${name} ${few.toFixed(1)} → ${many.toFixed(1)} ms`;

/** Reports of thirty days; what everyone used is read from the days of everyone, and grows with their number. */
export const USAGE = {
  work: 'reports of 30 days, p95 at 1,000,000 turns',
  goal: '≤ 100 ms each',
  ...{ isGate: false, needsNoRig: true },
  run: async () => {
    const upstream = await listening('upstream.mjs');
    try {
      const engines = { sqlite: await figuresOn('sqlite', upstream) };
      if ((await whyNoPostgres()) === undefined) engines.postgres = await figuresOn('postgres', upstream);
      const slowest = Math.max(...Object.values(engines).flatMap((figures) => figures.map(({ many }) => many)));
      return {
        ...{ figure: `${slowest.toFixed(0)} ms at most`, spread: '' },
        detail: Object.entries(engines)
          .map(([engine, figures]) => `${engine}: ${figures.map(shown).join(', ')}`)
          .join('; '),
        isReached: slowest <= 100,
      };
    } finally {
      await upstream.stop();
    }
  },
};
