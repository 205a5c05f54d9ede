import type { Turn, TurnEnd, TurnError, TurnReader } from '#chat';

/** One who is told an answer. */
export interface Listener {
  /** What he has not taken yet is so much that the rest waits where it is, in the log of the turn. */
  readonly isFull: boolean;
  /** Whether the model is not to be read faster than he reads. */
  readonly paces?: true;
  write(piece: string): void;
  end(event: TurnEnd | TurnError): void;
}

/** An answer on its way to one listener, as fast as he takes it. */
export class AnswerFlow {
  private readonly reader: TurnReader;

  constructor(
    turn: Turn,
    private readonly listener: Listener,
  ) {
    this.reader = turn.read(0, listener.paces);
    this.reader.onMore = () => this.pour();
  }

  /** Whenever there is room again. */
  pour(): void {
    while (!this.listener.isFull) {
      const event = this.reader.take();
      if (event === undefined) return;
      if (event.type !== 'content') return this.listener.end(event);
      this.listener.write(event.content);
    }
  }

  close(): void {
    this.reader.close();
  }
}
