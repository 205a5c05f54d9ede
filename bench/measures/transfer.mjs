import { createWriteStream, openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { conversations, HOSTILE, REFUSED } from '../rig/hostile-conversations.mjs';
import { memoryLimit } from '../rig/memory-limit.mjs';
import { People } from '../rig/people.mjs';
import { Server } from '../rig/server.mjs';

const MB = 1024 * 1024;
const MOVED_BYTES = 500 * MB;
const LIMIT_MB = 300;
const FORMATS = ['json', 'markdown', 'text', 'html', 'jsonl'];
const DATABASE_URL = 'sqlite:///./bench.db';

function peakMb({ process }) {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const ask = (server, token, path, request = {}) =>
  fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    ...request,
    headers: { authorization: `Bearer ${token}`, ...request.headers },
  });

async function reportOf(answer) {
  const { data, error } = await answer.json();
  if (!answer.ok) throw new Error(`the import answers ${answer.status}: ${JSON.stringify(error)}`);
  return data;
}

async function importJson(server, token) {
  const headers = { 'content-type': 'application/json' };
  const body = ReadableStream.from(conversations(MOVED_BYTES));
  const report = await reportOf(
    await ask(server, token, '/conversations/import', { method: 'POST', headers, body, duplex: 'half' }),
  );
  const left = report.skipped.filter(({ title, reason }) => !(title in REFUSED && reason === 'message_too_long'));
  if (left.length > 0) throw new Error(`not all was imported: ${JSON.stringify(left)}`);
  return report.imported;
}

async function exportTo(path, server, token) {
  const answer = await ask(server, token, '/users/me/export');
  if (!answer.ok) throw new Error(`the export answers ${answer.status}`);
  await pipeline(answer.body, createWriteStream(path));
}

async function importZip(path, server, token) {
  const body = new FormData();
  body.append('file', await openAsBlob(path), 'export.zip');
  return (await reportOf(await ask(server, token, '/conversations/import', { method: 'POST', body }))).imported;
}

/** The worst conversations, each in each format. */
async function exportEach(server, token) {
  for (const title of Object.keys(HOSTILE)) {
    const found = await ask(server, token, `/conversations?${new URLSearchParams({ search: title })}`);
    const [{ id }] = (await found.json()).data.conversations;
    for (const format of FORMATS) {
      const answer = await ask(server, token, `/conversations/${id}/export?format=${format}`);
      for await (const chunk of answer.body) if (!answer.ok) throw new Error(`${format}: ${chunk}`);
    }
  }
}

/** Does `work` with a server that was started for it, and answers its peak with what was done. */
async function alone(directory, limit, work) {
  const server = await Server.start({ databaseUrl: DATABASE_URL, directory, limit });
  try {
    const begun = performance.now();
    const done = await work(server);
    return { peak: peakMb(server), seconds: (performance.now() - begun) / 1000, done };
  } finally {
    await server.stop();
  }
}

/** 500 MB into a server that has done nothing else, out of another, and into a third, under a limit that the kernel keeps. */
export const TRANSFER = {
  ...{
    work: 'peak memory of an import, an export and an import of 500 MB',
    goal: `≤ ${LIMIT_MB} MB`,
    isGate: false,
    needsNoRig: true,
  },
  run: async () => {
    const first = await Server.start({ databaseUrl: DATABASE_URL });
    const limit = memoryLimit(LIMIT_MB * MB);
    const { home } = first;
    const archive = join(home, 'export.zip');
    try {
      const { tokens } = await People.of(first, 2);
      await first.stop({ keepHome: true });
      const steps = [
        ['JSON in', (server) => importJson(server, tokens[0])],
        ['ZIP out', (server) => exportTo(archive, server, tokens[0])],
        ['each format', (server) => exportEach(server, tokens[0])],
        ['ZIP in', (server) => importZip(archive, server, tokens[1])],
      ];
      const results = [];
      for (const [name, work] of steps) results.push({ name, ...(await alone(home, limit, work)) });
      const [{ done: taken }, , , { done: again }] = results;
      if (taken.messages !== again.messages) throw new Error(`${taken.messages} messages became ${again.messages}`);
      return {
        figure: results.map(({ peak }) => `${peak.toFixed(0)} MB`).join(', '),
        spread: '',
        detail: `${results.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ')}; ${taken.conversations} conversations, ${taken.messages} messages; ${limit ? 'the kernel would have ended it above' : 'no limit could be set here'}`,
        isReached: results.every(({ peak }) => peak <= LIMIT_MB),
      };
    } finally {
      limit?.close();
      first.clear();
    }
  },
};
