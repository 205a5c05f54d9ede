import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { freePort } from '../harness/start-process';
import { root, run, textOf } from './files';

const HERE = join(root, 'deploy/nginx');

/** Our nginx.conf, with the addresses of this machine in place of the container's. */
export class Nginx {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly baseUrl: string,
  ) {}

  static async start(backends: readonly string[]): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    const port = await freePort();
    const servers = backends.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=2s;`);
    await Promise.all(['body', 'proxy', 'other'].map((name) => mkdir(join(folder, name))));
    await writeFile(join(folder, 'locations.conf'), placed(textOf('deploy/nginx/locations.conf'), folder));
    const text = placed(textOf('deploy/nginx/nginx.conf'), folder)
      .replace(/server app:8000 .*;/, servers.join('\n    '))
      .replace('listen 80 default_server;', `listen 127.0.0.1:${port};`)
      .replace(
        /worker_processes auto;\nworker_rlimit_nofile .*;/,
        `worker_processes 1;\ndaemon off;${process.getuid?.() === 0 ? '\nuser root;' : ''}`,
      );
    await writeFile(join(folder, 'nginx.conf'), text);
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.pipe(process.stderr, { end: false });
    await eventually(() => answers(port));
    return new Nginx(child, folder, `http://127.0.0.1:${port}`);
  }

  get log(): string {
    return join(this.folder, 'access.log');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true });
  }

  /** Whether nginx understands site.conf, with a certificate in the place of yours. */
  static async checkSite(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    const key = ['-keyout', 'privkey.pem', '-out', 'fullchain.pem', '-subj', '/CN=chat.example.com'];
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...key], { cwd: folder });
    await writeFile(join(folder, 'locations.conf'), placed(textOf('deploy/nginx/locations.conf'), folder));
    const site = placed(textOf('deploy/nginx/site.conf'), folder)
      .replaceAll('/etc/letsencrypt/live/chat.example.com', folder)
      .replace(/listen (\[::\]:)?(80|443)\b/g, 'listen 127.0.0.1:1$2');
    const lines = site.split('\n').filter((line, at, all) => !line.includes('listen') || all[at - 1] !== line);
    await writeFile(join(folder, 'site.conf'), lines.join('\n'));
    const http = `include ${HERE}/http.conf; include ${folder}/site.conf;`;
    await writeFile(join(folder, 'nginx.conf'), `pid ${folder}/pid; events {} http { ${http} }`);
    const said = await run('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')]);
    await rm(folder, { recursive: true });
    return said;
  }
}

const placed = (text: string, folder: string): string =>
  text
    .replace('/etc/nginx/chatgpt-backend/http.conf', join(HERE, 'http.conf'))
    .replace('/etc/nginx/chatgpt-backend/', `${folder}/`)
    .replace(/access_log .* chat;/, `access_log ${join(folder, 'access.log')} chat;`)
    .replace('pid /var/run/nginx.pid;', `pid ${folder}/pid;`)
    .replace(
      'include ' + join(HERE, 'http.conf') + ';',
      `include ${join(HERE, 'http.conf')};\n  client_body_temp_path ${folder}/body;\n  proxy_temp_path ${folder}/proxy;`,
    );

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
