import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const entry = 'dist/apps/api/main.js';
const stamp = 'dist/.built';
const settings = readdirSync('.').filter((name) => /^(package|nest-cli|tsconfig.*)\.json$/.test(name));
const sources = ['apps', 'libs', 'migrations', 'ormconfig.ts', ...settings];

const fail = (words) => {
  console.error(words);
  process.exit(1);
};

/** A folder counts too: its time changes when a file in it is removed. */
const isNewer = (path, time) => {
  if (!existsSync(path) || path.endsWith('.spec.ts')) return false;
  const stats = statSync(path);
  return (
    stats.mtimeMs > time || (stats.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), time)))
  );
};

const isUpToDate = () => {
  if (!existsSync(entry) || !existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  return !sources.some((path) => isNewer(path, builtAt));
};

const [needed, major, minor] = /(\d+)\.(\d+)/.exec(JSON.parse(readFileSync('package.json', 'utf8')).engines.node);
const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
if (ourMajor < Number(major) || (ourMajor === Number(major) && ourMinor < Number(minor))) {
  fail(`This needs Node ${needed} or newer, and here runs Node ${process.versions.node}.`);
}
if (!existsSync('node_modules')) fail('The packages are not installed yet: run `npm ci`, then again what you ran.');

const canBuild = existsSync('apps') && existsSync('node_modules/@nestjs/cli');
if (canBuild && !isUpToDate()) {
  console.log(`Building (${existsSync(stamp) ? 'the sources have changed' : 'first start'}, takes 15 to 40 s) ...`);
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) fail('The build failed; the reason is above.');
}
if (!existsSync(entry)) {
  fail('Nothing is built and the tools to build are missing: run `npm ci --include=dev` where the sources are.');
}
