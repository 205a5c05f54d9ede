const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

/** Suites that start the server as a process start what an operator would: the build. */
module.exports = ({ testPathPatterns }) => {
  const patterns = testPathPatterns?.patterns ?? [];
  if (patterns.length > 0 && !patterns.some((pattern) => pattern.includes('test'))) return;
  const root = join(__dirname, '../..');
  const { status } = spawnSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed; the reason is above.');
};
