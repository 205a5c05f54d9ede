import { spawnSync } from 'node:child_process';

/** Name and command; all are run, also after one has failed. */
const steps = [
  ['format', 'prettier --check --log-level warn .'],
  ['lint', 'npm run --silent lint'],
  ['types', 'tsc --noEmit -p tsconfig.json'],
  ['boundaries', 'npm run --silent boundaries'],
  ['generated files', 'npm run --silent generate -- --check'],
  ['OpenAPI document', 'redocly lint --config redocly.yaml docs/generated/openapi.json'],
  ['AsyncAPI document', 'redocly lint --config redocly.yaml docs/generated/asyncapi.json'],
  ['unit tests', 'jest --testPathIgnorePatterns "<rootDir>/test/"'],
];

const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

const startedAt = performance.now();
const failed = steps.filter(([name, command], index) => {
  console.log(`\n[${index + 1}/${steps.length}] ${name}`);
  const stepStartedAt = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name}, ${secondsSince(stepStartedAt)}`);
  return status !== 0;
});

const names = failed.map(([name]) => name).join(', ');
console.log(`\n${names ? `Failed: ${names}` : `All ${steps.length} checks passed`}, ${secondsSince(startedAt)}`);
process.exitCode = failed.length > 0 ? 1 : 0;
