import { Injectable, Logger } from '@nestjs/common';

/**
 * The phases of an orderly end, in order:
 * `refuse` new work · `drain` what runs · `disconnect` clients · `close` stores. Within a phase all work goes on at once.
 */
const phases = ['refuse', 'drain', 'disconnect', 'close'] as const;
export type ShutdownPhase = (typeof phases)[number];

/** What stays reserved for disconnecting and closing after a drain that takes all the time it may. */
const RESERVED_MS = 3_000;
/** Of a grace time that is short. */
const RESERVED_SHARE = 1 / 3;

type Work = (limit: AbortSignal) => Promise<void> | void;

@Injectable()
export class Shutdown {
  private readonly logger = new Logger(Shutdown.name);
  private readonly work = new Map<ShutdownPhase, { readonly name: string; readonly run: Work }[]>();
  private running: Promise<void> | undefined;
  private ending = false;

  /** True from the first moment of the end: readiness is false, new work is refused. */
  get begun(): boolean {
    return this.ending;
  }

  /** `run` should end when its work is done or its signal aborts; it is not waited for beyond that. */
  on(phase: ShutdownPhase, name: string, run: Work): void {
    this.work.set(phase, [...(this.work.get(phase) ?? []), { name, run }]);
  }

  /** Ends everything within `graceMs`; asked twice, it is done once. */
  begin(graceMs: number): Promise<void> {
    this.ending = true;
    this.running ??= this.runPhases(Date.now() + graceMs, Math.min(RESERVED_MS, Math.round(graceMs * RESERVED_SHARE)));
    return this.running;
  }

  private async runPhases(deadline: number, reservedMs: number): Promise<void> {
    for (const phase of phases) {
      const work = this.work.get(phase) ?? [];
      if (work.length === 0) continue;
      const started = Date.now();
      const reserved = phase === 'refuse' || phase === 'drain' ? reservedMs : 0;
      const limitMs = Math.max(100, deadline - started - reserved);
      const late = await this.runPhase(work, limitMs);
      const fields = { phase, duration_ms: Date.now() - started };
      if (late.length === 0) this.logger.log({ msg: 'shutdown phase done', ...fields });
      else this.logger.warn({ msg: 'shutdown phase ran out of time or failed', ...fields, unfinished: late });
    }
  }

  /** Answers the names of what did not finish. */
  private async runPhase(work: readonly { name: string; run: Work }[], limitMs: number): Promise<string[]> {
    const limit = AbortSignal.timeout(limitMs);
    const outOfTime = new Promise<'late'>((resolve) => limit.addEventListener('abort', () => resolve('late')));
    const outcomes = work.map(async ({ name, run }) => {
      const outcome = await Promise.race([this.attempt(name, run, limit), outOfTime]);
      return outcome === 'done' ? [] : [name];
    });
    return (await Promise.all(outcomes)).flat();
  }

  private async attempt(name: string, run: Work, limit: AbortSignal): Promise<'done' | 'failed'> {
    try {
      await run(limit);
      return 'done';
    } catch (err) {
      this.logger.error({ msg: `shutdown: ${name} failed`, err });
      return 'failed';
    }
  }
}
