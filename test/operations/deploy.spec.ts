import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { freePort } from '../harness/start-process';
import { root, run, withTool } from './files';

jest.setTimeout(60_000);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'deploy-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const pidFile = () => join(folder, 'server.pid');

function deploy(environment: Readonly<Record<string, string>>): Promise<{ status: number; output: string }> {
  const args = ['--pid-file', pidFile(), '--log', join(folder, 'server.log'), '--wait', '30'];
  const data = { DATA_DIR: folder, DATABASE_URL: `sqlite:///${join(folder, 'chat.db')}`, HOST: '127.0.0.1' };
  const env = { PATH: process.env['PATH'] ?? '', LOG_FORMAT: 'json', ...data, ...environment };
  return new Promise((resolve) => {
    execFile(join(root, 'scripts/deploy.sh'), args, { env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

/** One that has ended may be in the table of processes until the machine's first one has noticed. */
const hasEnded = (pid: number): boolean => {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /\) Z /.test(readFileSync(stat, 'utf8'));
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !hasEnded(pid);
  } catch {
    return false;
  }
};

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await eventually(() => !isAlive(pid));
}

describe('scripts/deploy.sh', () => {
  const tools = withTool('bash', 'nohup', 'sed');
  tools.it(`starts a server that outlives it, and replaces it the next time${tools.note}`, async () => {
    const PORT = String(await freePort());
    const pids: number[] = [];
    for (const _ of [1, 2]) {
      const { status, output } = await deploy({ PORT });
      expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('== ready on') });
      expect((await fetch(`http://127.0.0.1:${PORT}/health/ready`)).status).toBe(200);
      pids.push(Number(await readFile(pidFile(), 'utf8')));
    }
    const [first = 0, second = 0] = pids;
    expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
    await end(second);
  });

  tools.it(`leaves a process alone that has the number of a server that ran before${tools.note}`, async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' });
    try {
      await writeFile(pidFile(), String(other.pid));
      const { status, output } = await deploy({ PORT: String(await freePort()) });
      expect({ status, output }).toMatchObject({ status: 0, output: expect.not.stringContaining('the end of') });
      expect(isAlive(other.pid ?? 0)).toBe(true);
      await end(Number(await readFile(pidFile(), 'utf8')));
    } finally {
      other.kill('SIGKILL');
    }
  });

  tools.it(`says what is wrong: with the configuration, and with the start${tools.note}`, async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const [faulty, taken] = await Promise.all(['eighty', String(port)].map((PORT) => deploy({ PORT })));
    blocker.close();
    expect(faulty?.status).toBe(1);
    expect(faulty?.output).toMatch(/PORT[\s\S]*FAILED: the configuration/);
    expect(taken?.status).toBe(1);
    expect(taken?.output).toMatch(/is taken[\s\S]*FAILED: the server has ended/);
  });
});

describe('the files for a machine of its own', () => {
  const shell = withTool('shellcheck');
  shell.it(`the scripts have no faults${shell.note}`, () => run('shellcheck', ['scripts/deploy.sh', '.ci/run']));

  const systemd = withTool('systemd-analyze');
  systemd.it(`systemd understands the unit${systemd.note}`, async () => {
    const said = await run('systemd-analyze', ['verify', 'deploy/systemd/chatgpt-backend.service']);
    expect(said.split('\n').filter((line) => line.includes('chatgpt-backend'))).toEqual([]);
  });

  const logrotate = withTool('logrotate');
  logrotate.it(`logrotate understands its configuration${logrotate.note}`, async () => {
    const file = join(folder, 'logrotate.conf');
    copyFileSync(join(root, 'deploy/systemd/logrotate.conf'), file);
    expect(await run('logrotate', ['--debug', file])).not.toMatch(/error/i);
  });
});
