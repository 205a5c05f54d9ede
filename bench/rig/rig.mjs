import { Child } from './child.mjs';
import { createDatabase } from './database.mjs';
import { FastApiPeople, startFastApi, whyNoFastApi } from './fastapi.mjs';
import { bareQuestions, People } from './people.mjs';
import { Server } from './server.mjs';

const USERS = 20;

export async function listening(file, ...args) {
  const child = new Child(`bench/processes/${file}`, args);
  child.port = (await child.hears((message) => message.port !== undefined)).port;
  return child;
}

/** What a client has to say when the job is done. */
export async function outcome(client, job, task) {
  const done = client.hears(({ event }) => event === 'done' || event === 'failed');
  client.process.send({ job, ...task });
  const { event, result, why } = await done;
  if (event === 'failed') throw new Error(why);
  return result;
}

/** Those who are compared: who serves, and what may be asked of it. */
class Contestant {
  constructor(child, client, questions, tokens = []) {
    Object.assign(this, { child, client, questions, tokens });
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
    const result = await outcome(this.client, job, task);
    return { ...result, cpuMs: this.child.cpuMs() - before };
  }

  /** As `does`, of streams; and what they cost from the moment at which all were open to the first end. */
  async streams(task) {
    const cpuMsAt = {};
    const mark = ({ event }) => (cpuMsAt[event] = this.child.cpuMs());
    this.client.process.on('message', mark);
    const result = await this.does('streams', task).finally(() => this.client.process.off('message', mark));
    return { ...result, cpuMsWhileAllOpen: cpuMsAt['first over'] - cpuMsAt['all open'] };
  }
}

/** Everything that a measurement takes, each in a process of its own; what was opened is closed by `close`. */
export class Rig {
  opened = [];

  /** `entry`: of the server that is measured, if not the built one. */
  constructor(entry) {
    this.entry = entry;
  }

  async open() {
    this.upstream = await this.keep(listening('upstream.mjs'));
    this.client = await this.keep(this.startClient());
    const pipe = await this.keep(listening('pipe.mjs', String(this.upstream.port)));
    this.pipe = new Contestant(pipe, this.client, async (...wanted) => bareQuestions(pipe.port, ...wanted));
    this.ours = await this.newServer();
    if (whyNoFastApi === undefined) this.fastApi = await this.newFastApi();
    for (const contestant of [this.ours, this.pipe, ...Object.values(this.fastApi ?? {})]) await contestant.warmUp();
  }

  /** With a database of its own, through whichever `way` to it. */
  async newServer(way = (url) => url, entry = this.entry) {
    const database = await createDatabase();
    this.opened.push({ stop: database.drop });
    const databaseUrl = await way(database.url);
    const server = await this.keep(Server.start({ databaseUrl, upstreamPort: this.upstream.port, entry }));
    await database.liftQuota();
    const people = await People.of(server, USERS);
    return new Contestant(server, this.client, (...wanted) => people.questions(...wanted), people.tokens);
  }

  /** One process that relays without a database, and stores turns in one. */
  async newFastApi() {
    const database = await createDatabase();
    this.opened.push({ stop: database.drop });
    const child = await this.keep(startFastApi(this.upstream.port, database.url));
    const people = await FastApiPeople.of(child, USERS);
    return {
      relay: new Contestant(child, this.client, async (...wanted) => bareQuestions(child.port, ...wanted)),
      stored: new Contestant(child, this.client, (...wanted) => people.questions(...wanted)),
    };
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
