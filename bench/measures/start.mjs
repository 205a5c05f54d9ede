import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../rig/figures.mjs';
import { Server } from '../rig/server.mjs';

const STARTS = 5;
const LIMIT_MS = 1500;

const inSeconds = (ms) => (ms / 1000).toFixed(2);

async function start(directory) {
  const server = await Server.start({ databaseUrl: 'sqlite:///./bench.db', directory });
  await server.stop();
  return server.boot;
}

export const P11 = {
  ...{ work: 'start to ready, existing SQLite database', goal: '≤ 1.5 s', isGate: false, needsNoRig: true },
  run: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'chatgpt-backend-bench-'));
    try {
      await start(directory);
      const starts = [];
      while (starts.length < STARTS) starts.push(await start(directory));
      const wall = starts.map(({ wallMs }) => wallMs);
      const cpu = median(starts.map(({ cpuMs }) => cpuMs));
      return {
        figure: `${inSeconds(median(wall))} s`,
        spread: `${inSeconds(Math.min(...wall))}–${inSeconds(Math.max(...wall))}`,
        detail: `median of ${STARTS} starts, ${inSeconds(cpu)} s CPU`,
        isReached: median(wall) <= LIMIT_MS,
      };
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};
