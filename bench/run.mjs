import { readFileSync } from 'node:fs';
import { LOGIN, ME } from './measures/accounts.mjs';
import { P1, P1V, P2 } from './measures/chunks.mjs';
import { P5 } from './measures/crowd.mjs';
import { P4 } from './measures/first-token.mjs';
import { P6 } from './measures/memory.mjs';
import { P7, P8, P9 } from './measures/scale.mjs';
import { SOCKETS } from './measures/sockets.mjs';
import { P11 } from './measures/start.mjs';
import { TRANSFER } from './measures/transfer.mjs';
import { P3, P10 } from './measures/turns.mjs';
import { USAGE } from './measures/usage.mjs';
import { whyNoPostgres } from './rig/database.mjs';
import { whyNoFastApi } from './rig/fastapi.mjs';
import { Costs } from './rig/profile.mjs';
import { Rig } from './rig/rig.mjs';
import { ENTRY_OF_FILES } from './rig/server.mjs';

/** What has a goal in the table of the product, in less than ten minutes; the others are measured by name. */
const table = { P1, P2, P3, P4, P5, P6, sockets: SOCKETS, P7, P8, P9, P10, P11 };
const others = { P1v: P1V, me: ME, login: LOGIN, usage: USAGE, transfer: TRANSFER };
const measures = { ...table, ...others };
const MOST_PROFILED = 25;

const words = process.argv.slice(2);
const isGate = words.includes('--gate');
const isProfile = words.includes('--profile');
const named = words.filter((word) => !word.startsWith('--'));
const unknown = words.filter((word) => !(word in measures) && word !== '--gate' && word !== '--profile');
if (unknown.length > 0) {
  console.error(
    `Say any of ${Object.keys(measures).join(' ')}, or nothing for P1 to P11; --gate, --profile. Not: ${unknown}.`,
  );
  process.exit(1);
}
const wanted = named.length > 0 ? named : Object.keys(table);

const load = () => readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
const column = (text, width) => text.padEnd(width);
const print = (name, { work, goal }, { figure, spread, detail, isReached }) =>
  console.log(
    [column(name, 9), column(work, 50), column(goal, 28), column(figure, 26), column(spread, 12)].join('') +
      `${isReached ? 'reached' : 'MISSED '}  ${detail}`,
  );

async function profile(rig, name, { round }) {
  await rig.ours.child.ask('startProfile');
  await round(rig.ours);
  const costs = new Costs(await rig.ours.child.ask('stopProfile'));
  for (const [title, sums] of Object.entries({ package: costs.byPackage(), function: costs.byFunction() })) {
    console.log(`\n${name} by ${title}`);
    for (const { name: what, share } of sums.slice(0, MOST_PROFILED)) {
      console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${what}`);
    }
  }
}

async function measureAll() {
  const missed = [];
  const noPostgres = await whyNoPostgres();
  const rig = new Rig(isProfile ? ENTRY_OF_FILES : undefined);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void rig.close().then(() => process.exit(1)));
  try {
    if (noPostgres === undefined && wanted.some((name) => !measures[name].needsNoRig)) await rig.open();
    for (const name of wanted) {
      const measure = measures[name];
      if (noPostgres !== undefined && !measure.needsNoRig) {
        console.log(`${column(name, 9)}${column(measure.work, 50)}not measured: ${noPostgres}`);
      } else if (isProfile) {
        if (measure.round) await profile(rig, name, measure);
      } else {
        const outcome = await measure.run(rig);
        print(name, measure, outcome);
        if (measure.isGate && !outcome.isReached) missed.push(name);
      }
    }
  } finally {
    await rig.close();
  }
  return missed;
}

const begunAt = performance.now();
console.log(`Node ${process.versions.node}, load average ${load()} at the start\n`);
const missed = await measureAll();
console.log(`\nLoad average ${load()} at the end, ${((performance.now() - begunAt) / 1000).toFixed(0)} s.`);
if (whyNoFastApi !== undefined) console.log(`Nothing is compared with FastAPI here: ${whyNoFastApi}.`);
if (isGate && missed.length > 0) {
  console.error(`Missed: ${missed.join(', ')}`);
  process.exitCode = 1;
}
