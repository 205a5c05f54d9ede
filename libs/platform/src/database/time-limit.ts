import { setTimeout as pause } from 'node:timers/promises';

/** Rejects when `work` takes longer; the work itself goes on. */
export async function withinLimit<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
