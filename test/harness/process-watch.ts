import { readdir, readFile } from 'node:fs/promises';
import type { ServerProcess } from './start-process';

export interface Sample {
  readonly residentMb: number;
  readonly handles: number;
  readonly lagMs: number;
}

/** How a server that runs in a process of its own is doing, as Linux and its own metrics tell. */
export async function sampleOf({ child, baseUrl }: ServerProcess): Promise<Sample> {
  const home = `/proc/${child.pid}`;
  const status = await readFile(`${home}/status`, 'utf8');
  const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
  return {
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    handles: (await readdir(`${home}/fd`)).length,
    lagMs: Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]) * 1000,
  };
}

/** Handles and memory are read where Linux tells of them. */
export const itOnLinux = process.platform === 'linux' ? it : it.skip;
