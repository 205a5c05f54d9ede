import { spawnSync } from 'node:child_process';

/** Suites that take longer when they are asked for by name. Both say how to do again what they did. */
const suites = {
  fuzz: { file: 'test/faults/fuzz.spec.ts', variable: 'FUZZ_SECONDS', seconds: 600 },
  soak: { file: 'test/faults/soak.spec.ts', variable: 'SOAK_SECONDS', seconds: 600 },
};

const { file, variable, seconds } = suites[process.argv[2]];
const { SEED = String(Date.now() % 1_000_000), [variable]: length = String(seconds) } = process.env;
console.log(`${file} for ${length} s (${variable}), SEED=${SEED}`);
const { status } = spawnSync(`jest ${file}`, {
  shell: true,
  stdio: 'inherit',
  env: { ...process.env, SEED, [variable]: length },
});
process.exitCode = status ?? 1;
