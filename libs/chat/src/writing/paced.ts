import type { AnswerOutcome, ModelAnswer } from '#llm';
import type { TurnLog } from '../turn/turn-log';

/** How long an answer waits for its readers, all in all: its account wants it stored, also where nobody reads it on. */
const PATIENCE_MS = 10_000;

/** Pours no faster than the log is read by those who pace it, as long as there is patience with them. */
export async function pourPaced(
  answer: ModelAnswer,
  log: TurnLog,
  take: (piece: string) => void,
): Promise<AnswerOutcome> {
  const pace = new Pace(log, () => answer.goOn());
  try {
    return await answer.pour((piece) => {
      take(piece);
      return pace.isKept();
    });
  } finally {
    pace.end();
  }
}

class Pace {
  private patienceMs = PATIENCE_MS;
  private patience: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: TurnLog,
    private readonly goOn: () => void,
  ) {}

  /** False: `goOn` will be called. */
  isKept(): boolean {
    if (this.patienceMs <= 0 || !this.log.isFarAhead) return true;
    if (this.patience === undefined) this.wait();
    return false;
  }

  end(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    this.log.onRead = () => undefined;
  }

  private wait(): void {
    const since = performance.now();
    const goOn = (): void => {
      this.end();
      this.patienceMs -= performance.now() - since;
      this.goOn();
    };
    this.patience = setTimeout(goOn, this.patienceMs);
    this.log.onRead = () => {
      if (!this.log.isFarAhead) goOn();
    };
  }
}
