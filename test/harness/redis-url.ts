import { createClient } from 'redis';

/**
 * With TEST_REDIS_URL, a numbered database of that server for this worker, emptied; without it, memory.
 * Numbers from 8 on, so that a developer's own data in the lower ones is safe.
 */
export async function claimTestRedis(): Promise<{ REDIS_URL?: string }> {
  const base = process.env['TEST_REDIS_URL'];
  if (base === undefined || base === '') return {};
  const url = new URL(base);
  url.pathname = `/${8 + (Number(process.env['JEST_WORKER_ID'] ?? 1) % 8)}`;
  const client = createClient({ url: url.href });
  await client.connect();
  await client.flushDb();
  client.destroy();
  return { REDIS_URL: url.href };
}
