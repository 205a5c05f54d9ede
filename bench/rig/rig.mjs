import { Child } from './child.mjs';
import { createDatabase } from './database.mjs';
import { bareQuestions, People } from './people.mjs';
import { Server } from './server.mjs';

const USERS = 20;

async function listening(file, ...args) {
  const child = new Child(`bench/processes/${file}`, args);
  child.port = (await child.hears((message) => message.port !== undefined)).port;
  return child;
}

/** The two that are compared: who serves, and what may be asked of it. */
class Contestant {
  constructor(child, client, questions) {
    Object.assign(this, { child, client, questions });
  }

  /** So that what is measured is compiled. */
  async warmUp() {
    const streams = await this.questions(100, { chunks: 100, perSecond: 50, burst: 1 }, true);
    await this.does('streams', { questions: streams, rampMs: 1000, chunks: 100 });
    const turns = await this.questions(200, { chunks: 20, perSecond: 0 }, false);
    await this.does('turns', { lists: [turns.slice(100), turns.slice(0, 100)] });
  }

  /** What the client saw, and what it cost. */
  async does(job, task) {
    const before = this.child.cpuMs();
    const done = this.client.hears(({ event }) => event === 'done' || event === 'failed');
    this.client.process.send({ job, ...task });
    const { event, result, why } = await done;
    if (event === 'failed') throw new Error(why);
    return { ...result, cpuMs: this.child.cpuMs() - before };
  }
}

/** Everything that a measurement takes, each in a process of its own; what was opened is closed by `close`. */
export class Rig {
  opened = [];

  async open() {
    this.upstream = await this.keep(listening('upstream.mjs'));
    this.client = await this.keep(this.startClient());
    const pipe = await this.keep(listening('pipe.mjs', String(this.upstream.port)));
    this.pipe = new Contestant(pipe, this.client, async (...wanted) => bareQuestions(pipe.port, ...wanted));
    this.ours = await this.newServer();
    for (const contestant of [this.ours, this.pipe]) await contestant.warmUp();
  }

  /** With a database of its own, through whichever `way` to it. */
  async newServer(way = (url) => url) {
    const database = await createDatabase();
    this.opened.push({ stop: database.drop });
    const databaseUrl = await way(database.url);
    const server = await this.keep(Server.start({ databaseUrl, upstreamPort: this.upstream.port }));
    await database.liftQuota();
    const people = await People.of(server, USERS);
    return new Contestant(server, this.client, (...wanted) => people.questions(...wanted));
  }

  async startClient() {
    const client = new Child('bench/processes/client.mjs');
    await client.hears(({ event }) => event === 'ready');
    return client;
  }

  async keep(starting) {
    const started = await starting;
    this.opened.push(started);
    return started;
  }

  async close() {
    for (let last = this.opened.pop(); last !== undefined; last = this.opened.pop()) await last.stop();
  }
}
