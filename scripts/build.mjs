import { spawnSync } from 'node:child_process';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';

const steps = [['node_modules/@nestjs/cli/bin/nest.js', 'build'], ['scripts/copy-assets.mjs'], ['scripts/bundle.mjs']];

const startedAt = new Date();
rmSync('dist', { recursive: true, force: true });
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
// Only a finished build has the stamp. It carries the time of the start, since what was edited meanwhile may be missing.
writeFileSync('dist/.built', '');
utimesSync('dist/.built', startedAt, startedAt);
