import { Logger } from '@nestjs/common';
import { Shutdown } from './shutdown';

beforeAll(() => Logger.overrideLogger(false));

describe('Shutdown', () => {
  it('runs the phases in order, and within a phase all at once', async () => {
    const shutdown = new Shutdown();
    const seen: string[] = [];
    let releaseFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (releaseFirst = resolve));
    shutdown.on('close', 'store', () => void seen.push('close'));
    shutdown.on('drain', 'waits for the other', () => first.then(() => void seen.push('drain 1')));
    shutdown.on('drain', 'the other', () => {
      seen.push('drain 2');
      releaseFirst();
    });
    shutdown.on('refuse', 'readiness', () => void seen.push(`refuse, begun ${shutdown.begun}`));
    expect(shutdown.begun).toBe(false);
    await shutdown.begin(10_000);
    expect(seen).toEqual(['refuse, begun true', 'drain 2', 'drain 1', 'close']);
  });

  it('does not wait beyond the grace time, tells the work, and still closes the stores', async () => {
    const shutdown = new Shutdown();
    let told = false;
    let closed = false;
    shutdown.on('drain', 'endless', (limit) => {
      limit.addEventListener('abort', () => (told = true));
      return new Promise(() => undefined);
    });
    shutdown.on('close', 'store', () => void (closed = true));
    await shutdown.begin(200);
    expect({ told, closed }).toEqual({ told: true, closed: true });
  });

  it('leaves the greater part of a short grace time to what runs', async () => {
    const shutdown = new Shutdown();
    const begunAt = performance.now();
    let hadMs = 0;
    shutdown.on('drain', 'endless', (limit) => {
      limit.addEventListener('abort', () => (hadMs = performance.now() - begunAt));
      return new Promise(() => undefined);
    });
    await shutdown.begin(600);
    expect(hadMs).toBeGreaterThan(300);
  });

  it('goes on when one piece of work fails', async () => {
    const shutdown = new Shutdown();
    let closed = false;
    shutdown.on('drain', 'broken', () => Promise.reject(new Error('no')));
    shutdown.on('close', 'store', () => void (closed = true));
    await shutdown.begin(1_000);
    expect(closed).toBe(true);
  });

  it('is done once however often it is asked', async () => {
    const shutdown = new Shutdown();
    let runs = 0;
    shutdown.on('close', 'store', () => void runs++);
    await Promise.all([shutdown.begin(1_000), shutdown.begin(1_000)]);
    expect(runs).toBe(1);
  });
});
