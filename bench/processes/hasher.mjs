import { hash, verify } from '@node-rs/argon2';
import { sideBySide } from '../rig/side-by-side.mjs';

/** As the server makes them. */
const PARAMETERS = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

const hashed = await hash('correct-horse-bench', PARAMETERS);

process.on('message', async ({ count, lanes }) => {
  const begunAt = performance.now();
  await sideBySide(count, lanes, () => verify(hashed, 'correct-horse-bench'));
  process.send({ event: 'done', ms: performance.now() - begunAt });
});
process.send({ event: 'ready' });
