import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Where there is no Docker: runs the very commands of the Dockerfile in a clean folder, then starts what came of it as the
 * image would, as a user who may write to its data alone, and asks its health check. The images and their packages are
 * those of this machine. Run it with the Node of the image: it is the one that all commands get.
 */
const BUILD_SECONDS = 400;
const START_SECONDS = 60;
const END_SECONDS = 40;
const USER = 1000;

const fail = (words) => {
  console.error(`FAILED: ${words}`);
  process.exit(1);
};

const instructions = readFileSync('Dockerfile', 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [, verb, words] = /^(\w+)\s+(.*)$/.exec(line);
    return { verb, words };
  });

const root = mkdtempSync(join(tmpdir(), 'rehearsal-'));
chmodSync(root, 0o755);
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
const data = join(root, 'data');
const environment = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH, CI: 'true' };

const run = (command, cwd) => {
  console.log(`\n$ ${command}`);
  const { status } = spawnSync(command, {
    ...{ shell: true, cwd, env: environment, stdio: 'inherit', timeout: BUILD_SECONDS * 1000 },
  });
  if (status !== 0) fail(`${command} ended with ${status}`);
};

const copy = (words, folder) => {
  const from = /^--from=\w+ /.test(words);
  const [source, ...rest] = words.replace(/^--from=\w+ /, '').split(' ');
  const target = rest.pop();
  for (const each of [source, ...rest]) {
    const path = from ? join(root, '0', each.replace('/app/', '')) : each;
    const to = target.endsWith('/') ? join(folder, target, basename(path)) : join(folder, target);
    // As .dockerignore has it, and the tests see to the rest of it.
    cpSync(path, to, { recursive: true, filter: (file) => from || !file.endsWith('.spec.ts'), verbatimSymlinks: true });
  }
};

const built = { env: {}, stages: 0 };
let folder = root;
for (const { verb, words } of instructions) {
  if (verb === 'FROM') mkdirSync((folder = join(root, String(built.stages++))));
  else if (verb === 'COPY') copy(words, folder);
  else if (verb === 'RUN' && built.stages === 1) run(words, folder);
  else if (verb === 'ENV')
    for (const [, k, v] of words.matchAll(/(\w+)=(\S+)/g)) built.env[k] = v.replace('/data', data);
  else if (verb === 'HEALTHCHECK') built.health = JSON.parse(/CMD (.*)$/.exec(words)[1]);
  else if (verb === 'ENTRYPOINT') built.entry = JSON.parse(words);
  else if (verb === 'CMD') built.command = JSON.parse(words);
  else console.log(`left to the image: ${verb} ${words}`);
}

mkdirSync(data);
const isRoot = process.getuid() === 0;
if (isRoot) {
  chownSync(data, USER, USER);
  run('chmod -R a+rX,go-w .', folder);
}
const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
const asInImage = {
  ...(isRoot && { uid: USER, gid: USER }),
  cwd: folder,
  env: {
    ...{ PATH: environment.PATH, ...built.env, PORT: String(port), LLM_PROVIDER: 'demo' },
    ...{ SECRET_KEY: randomBytes(48).toString('base64'), ENCRYPTION_KEY: randomBytes(32).toString('base64') },
  },
};
const size = spawnSync('du', ['-sm', folder], { encoding: 'utf8' }).stdout.split('\t')[0];
const hasInit = ['/usr/bin/tini', '/sbin/tini'].some(existsSync);
const [file, ...words] = hasInit ? [...built.entry, ...built.command] : built.command;
console.log(`\nThe application takes ${size} MB. Starting ${[file, ...words].join(' ')}`);
const server = spawn(file, words, { ...asInImage, stdio: ['ignore', 'inherit', 'inherit'] });
const ended = once(server, 'exit');
process.on('exit', () => server.kill('SIGKILL'));

const isHealthy = () => {
  const [file, ...words] = built.health;
  return spawnSync(file, words, { ...asInImage, timeout: 5000 }).status === 0;
};
const startedAt = Date.now();
while (!isHealthy()) {
  if (server.exitCode !== null) fail(`the server ended with ${server.exitCode}`);
  if (Date.now() - startedAt > START_SECONDS * 1000) fail(`not healthy after ${START_SECONDS} s`);
  await pause(200);
}
console.log('healthy');
server.kill('SIGTERM');
const [status] = await Promise.race([ended, pause(END_SECONDS * 1000, ['still running'])]);
if (status !== 0) fail(`at its end: ${status}`);
if (isHealthy()) fail('the health check is content with a server that has ended');
console.log(`\nThe Dockerfile's commands work on Node ${process.versions.node}${hasInit ? '' : ', tini aside'}.`);
process.exit(0);
