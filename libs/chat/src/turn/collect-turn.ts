import type { Turn } from './turn';
import type { TurnEnd } from './turn-event';

/** For those who want the answer whole: waits for the end; throws what ended it badly. */
export async function collectTurn(turn: Turn, signal: AbortSignal): Promise<TurnEnd> {
  // All that comes before the end is in it as well.
  const reader = turn.read(Number.MAX_SAFE_INTEGER);
  const leave = () => reader.close();
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    for await (const event of reader) {
      if (event.type === 'error') throw event.error;
      if (event.type === 'end') return event;
    }
    throw signal.reason;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
