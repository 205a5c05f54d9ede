import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { percentile } from '../rig/figures.mjs';
import { microseconds } from './clock.mjs';

const SOCKETS_AT_ONCE = 50;
const agent = new Agent({ keepAlive: true });
/** As far as the upstream's texts go: the pipe sends them as they were, our server in events of its own. */
const CONTENT = /"content":"( [^"]+)"/g;

/** A question is `{port, path, headers, body}`; only its 200s and 201s are answers. */
function ask({ port, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent, method: 'POST' };
    const length = Buffer.byteLength(body);
    const asking = request(
      { ...options, headers: { ...headers, 'content-type': 'application/json', 'content-length': length } },
      (answer) => {
        if (answer.statusCode < 300) return resolve(answer);
        void text(answer).then((why) => reject(new Error(`${path} answers ${answer.statusCode}: ${why}`)));
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Reads a stream to its end, and hears when each of its chunks left the upstream. */
async function readStream(question, hears) {
  const answer = await ask(question);
  let unfinished = '';
  for await (const part of answer.setEncoding('utf8')) {
    const now = microseconds();
    const lines = unfinished + part;
    const end = lines.lastIndexOf('\n') + 1;
    unfinished = lines.slice(end);
    for (const [, stamps] of lines.slice(0, end).matchAll(CONTENT)) {
      for (const stamp of stamps.slice(1).split(' ')) hears(parseInt(stamp, 36), now);
    }
  }
}

/** All at once, begun within `rampMs`. The delays are of the time in which all of them were open. */
async function streams({ questions, rampMs, chunks: expected }) {
  const firstTokens = [];
  const delays = [];
  let begun = 0;
  let ended = 0;
  let chunks = 0;
  const run = async (question, index) => {
    await pause((index * rampMs) / questions.length);
    const askedAt = microseconds();
    let count = 0;
    await readStream(question, (stamp, now) => {
      if (count++ === 0) {
        firstTokens.push((now - askedAt) / 1000);
        begun += 1;
        if (begun === questions.length) process.send({ event: 'all open' });
      }
      if (begun === questions.length && ended === 0) delays.push((now - stamp) / 1000);
    });
    if (ended++ === 0) process.send({ event: 'first over' });
    chunks += count;
    if (count !== expected) throw new Error(`${question.path} sent ${count} of ${expected} chunks`);
  };
  await Promise.all(questions.map(run));
  return {
    chunks,
    chunksWhileAllOpen: delays.length,
    delayMs: { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) },
    firstTokenMs: { p50: percentile(firstTokens, 0.5), p99: percentile(firstTokens, 0.99) },
  };
}

/** One after the other. */
async function firstTokens({ questions }) {
  const waits = [];
  for (const question of questions) {
    const askedAt = microseconds();
    let firstAt;
    await readStream(question, (stamp, now) => (firstAt ??= now));
    waits.push((firstAt - askedAt) / 1000);
  }
  return { firstTokenMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) } };
}

/** JSON; the lists are worked off side by side, each in its order. */
async function turns({ lists }) {
  const durations = [];
  const work = async (questions) => {
    for (const question of questions) {
      const askedAt = microseconds();
      await text(await ask(question));
      durations.push((microseconds() - askedAt) / 1000);
    }
  };
  await Promise.all(lists.map(work));
  return { turns: durations.length, turnMs: { p50: percentile(durations, 0.5), p99: percentile(durations, 0.99) } };
}

const waysToOpen = {
  raw: async (port, token) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/ws/chat?token=${token}`);
    await once(socket, 'open');
    return { isOpen: () => socket.readyState === WebSocket.OPEN };
  },
  socketIo: (port, token) =>
    new Promise((resolve, reject) => {
      const options = { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false };
      const socket = io(`http://127.0.0.1:${port}`, options);
      socket.once('connect', () => resolve({ isOpen: () => socket.connected }));
      socket.once('connect_error', reject);
    }),
};
const sockets = [];

/** They stay open as long as this process. */
async function openSockets({ kind, count, port, tokens }) {
  for (let left = count; left > 0; left -= SOCKETS_AT_ONCE) {
    const some = Array.from({ length: Math.min(left, SOCKETS_AT_ONCE) }, (none, index) =>
      waysToOpen[kind](port, tokens[index % tokens.length]),
    );
    sockets.push(...(await Promise.all(some)));
  }
}

async function stillOpen() {
  return { stillOpen: sockets.filter((socket) => socket.isOpen()).length };
}

const jobs = { streams, firstTokens, turns, sockets: openSockets, stillOpen };
process.on('message', ({ job, ...task }) => {
  jobs[job](task).then(
    (result) => process.send({ event: 'done', result }),
    (error) => process.send({ event: 'failed', why: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ event: 'ready' });
