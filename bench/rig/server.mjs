import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from './child.mjs';

const ENTRY = resolve('dist/apps/api/main.js');
/** The same before it was made one file: a profile tells by files who spent what. */
export const ENTRY_OF_FILES = resolve('dist/apps/api/src/main.js');
const PROBE = resolve('bench/processes/probe.cjs');
const secretKey = randomBytes(48).toString('base64');
const encryptionKey = randomBytes(32).toString('base64');
/** It begins with the reason. */
const SHOWN_OF_LOG = 4000;
const START_LIMIT_MS = 30_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** As an operator runs it; what would refuse so much work of so few users is set so high that it only counts. */
const environmentOf = ({ databaseUrl, port, upstreamPort }) => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  SECRET_KEY: secretKey,
  ENCRYPTION_KEY: encryptionKey,
  HOST: '127.0.0.1',
  PORT: String(port),
  DATABASE_URL: databaseUrl,
  MODELS_FILE: resolve('config/models.json'),
  LLM_PROVIDER: 'openai',
  OPENAI_API_KEY: 'sk-bench',
  OPENAI_API_BASE: `http://127.0.0.1:${upstreamPort}/v1`,
  TITLE_MODEL: '',
  RATE_LIMIT_AUTH: '1000000/60',
  RATE_LIMIT_LOGIN_ADDRESS: '1000000/60',
  RATE_LIMIT_SEND: '1000000/60',
  RATE_LIMIT_DEFAULT: '1000000/60',
  MAX_CONCURRENT_TURNS: '10000',
  MAX_SOCKETS_PER_USER: '10000',
  MAX_SOCKETS_PER_ADDRESS: '10000',
});

/** The built server. */
export class Server extends Child {
  static async start({ databaseUrl, upstreamPort = 9, directory, entry = ENTRY, limit }) {
    const home = directory ?? mkdtempSync(join(tmpdir(), 'chatgpt-backend-bench-'));
    const port = await freePort();
    const log = openSync(join(home, 'server.log'), 'a');
    const begunAt = performance.now();
    const server = new Server(entry, [], {
      cwd: home,
      env: environmentOf({ databaseUrl, port, upstreamPort }),
      ...(limit && { execPath: limit.wrapping.execPath }),
      execArgv: [...(limit?.wrapping.before ?? []), '--expose-gc', '--require', PROBE],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    Object.assign(server, { port, home, isHomeOurs: directory === undefined });
    try {
      await server.ready();
    } catch (error) {
      await server.stop();
      throw error;
    }
    server.boot = { wallMs: performance.now() - begunAt, cpuMs: server.cpuMs() };
    return server;
  }

  async ready() {
    const limit = AbortSignal.timeout(START_LIMIT_MS);
    while (!(await this.isReady())) {
      if (limit.aborted || this.process.exitCode !== null) {
        const log = readFileSync(join(this.home, 'server.log'), 'utf8');
        throw new Error(`the server did not start:\n${log.slice(0, SHOWN_OF_LOG)}`);
      }
      await pause(5);
    }
  }

  async isReady() {
    const answer = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => undefined);
    return answer?.ok === true;
  }

  async ask(question) {
    const heard = this.hears((message) => message.question === question);
    this.process.send(question);
    return (await heard).answer;
  }

  /** Resident memory, after a garbage collection. */
  async residentKb() {
    await this.ask('memory');
    return (await this.ask('memory')).rss / 1024;
  }

  /** Unless its home is wanted still, it goes too, if it was made for it. */
  async stop({ keepHome = false } = {}) {
    await super.stop();
    if (!keepHome) this.clear();
  }

  clear() {
    if (this.isHomeOurs) rmSync(this.home, { recursive: true, force: true });
  }
}
