import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const longAgo = new Date('2020-01-01');
const builder = 'node_modules/@nestjs/cli/bin/nest.js';
const entry = 'dist/apps/api/main.js';
const build = `require('node:fs').cpSync('apps/api/main.ts', '${entry}');`;

describe('build-if-needed', () => {
  let root: string;

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const remove = (path: string): void => rmSync(join(root, path), { recursive: true });
  const age = (path = root): void => {
    if (statSync(path).isDirectory()) readdirSync(path).forEach((name) => age(join(path, name)));
    utimesSync(path, longAgo, longAgo);
  };
  const run = (): { built: boolean; ok: boolean; words: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root });
    const words = `${stdout.toString()}${stderr.toString()}`;
    return { built: words.startsWith('Building'), ok: status === 0, words };
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'build-'));
    cpSync(__dirname, join(root, 'scripts'), { recursive: true });
    write('scripts/copy-assets.mjs', '');
    write('scripts/bundle.mjs', '');
    write('package.json', '{"engines":{"node":">=20.19.0"}}');
    write('apps/api/main.ts', 'first');
    write('libs/kernel/src/ids.ts', '');
    write('libs/kernel/src/ids.spec.ts', '');
    write(builder, build);
    age();
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('builds at the first start and not at the second', () => {
    expect(run()).toMatchObject({ built: true, ok: true });
    expect(run()).toEqual({ built: false, ok: true, words: '' });
  });

  it.each([
    ['a source is edited', () => write('libs/kernel/src/ids.ts', 'edited'), true],
    ['a source is removed', () => remove('libs/kernel/src/ids.ts'), true],
    ['the settings are edited', () => write('tsconfig.json', '{}'), true],
    ['a test is edited', () => write('libs/kernel/src/ids.spec.ts', 'edited'), false],
  ])('when %s', (_case, change, built) => {
    run();
    change();
    expect(run()).toMatchObject({ built, ok: true });
  });

  it('builds again what was edited while it was being built', () => {
    write(builder, `${build} require('node:fs').writeFileSync('apps/api/main.ts', 'second');`);
    run();
    write(builder, build);
    expect(run().built).toBe(true);
  });

  it('does not count a build that was cut off', () => {
    write(builder, `${build} process.kill(process.pid, 'SIGKILL');`);
    expect(run()).toMatchObject({ built: true, ok: false });
    expect(existsSync(join(root, entry))).toBe(true);
    write(builder, build);
    expect(run()).toMatchObject({ built: true, ok: true });
  });

  it('serves what is there where it cannot build', () => {
    run();
    write('apps/api/main.ts', 'edited');
    remove('node_modules/@nestjs');
    expect(run()).toEqual({ built: false, ok: true, words: '' });
    remove('apps');
    expect(run()).toEqual({ built: false, ok: true, words: '' });
  });

  it.each([
    ['the tools to build', () => remove('node_modules/@nestjs'), 'run `npm ci --include=dev`'],
    ['the packages', () => remove('node_modules'), 'run `npm ci`'],
    ['a new enough Node', () => write('package.json', '{"engines":{"node":">=99.1"}}'), 'needs Node 99.1 or newer'],
  ])('says in one line what to do without %s', (_what, take, advice) => {
    take();
    const { ok, words } = run();
    expect(ok).toBe(false);
    expect(words).toContain(advice);
    expect(words.trim()).not.toContain('\n');
  });
});
