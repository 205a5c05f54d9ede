import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly baseUrl: string;
  readonly directory: string;
  /** What it has written so far, both streams. */
  output(): string;
  /** Resolves when the output holds the text; fails with the output when the process ends before that. */
  says(text: string): Promise<void>;
  /** The exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it, however it feels, and removes its folder. */
  dispose(): Promise<void>;
}

const root = join(__dirname, '../..');

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The server as an operator starts it: a process of its own, in an empty folder, with these variables alone. Its output is
 * read, unless it goes to a file.
 */
export async function startProcess(
  environment: Readonly<Record<string, string>> = {},
  stdout: 'pipe' | number = 'pipe',
): Promise<ServerProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-process-'));
  const port = environment['PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, [join(root, 'dist/apps/api/main.js')], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      MODELS_FILE: join(root, 'config/models.json'),
      LOG_FORMAT: 'json',
      HOST: '127.0.0.1',
      PORT: port,
      ...environment,
    },
    stdio: ['ignore', stdout, 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!output.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void ended.then((status) => {
        look();
        reject(new Error(`ended with ${status} before it said '${text}':\n${output}`));
      });
    });
  return {
    child,
    baseUrl: `http://127.0.0.1:${port}`,
    directory,
    output: () => output,
    says,
    ended,
    dispose: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
