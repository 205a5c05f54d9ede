import type { Turn, TurnContent, TurnEvent, TurnReader } from '#chat';
import type { OpenStreams } from '../../edge/sse/open-streams';
import { startFrame, type TurnAudience, turnFrame } from '../events/turn-event.frame';
import type { Wire } from './wire';

/** More than this does not wait for a slow reader; the rest stays where it is, in the log of the turn. */
const FULL = 256 * 1024;
/** UTF-16 units. */
const LONGEST_PIECE = 16 * 1024;

export interface StreamOptions extends TurnAudience {
  /** How much of the answer the client has. */
  readonly offset: number;
  /** Whether the answer is written at the wish of this connection. */
  readonly isOwn: boolean;
}

/** The answers that one connection reads, each as fast as he takes it. */
export class TurnStreams {
  private readonly streams = new Map<string, TurnStream>();

  constructor(
    private readonly wire: Wire,
    private readonly gauge: OpenStreams,
    private readonly onAllEnded: () => void,
  ) {
    wire.onDrain = () => {
      for (const stream of this.streams.values()) stream.pour();
    };
  }

  get size(): number {
    return this.streams.size;
  }

  has(messageId: string): boolean {
    return this.streams.has(messageId);
  }

  /** Of the turns that were begun here. */
  own(): string[] {
    return [...this.streams].filter(([, { isOwn }]) => isOwn).map(([messageId]) => messageId);
  }

  /** Whoever reads an answer already reads it from the new place. */
  open(turn: Turn, options: StreamOptions): void {
    this.streams.get(turn.messageId)?.close();
    this.wire.send(startFrame(turn, options));
    this.read(turn, options);
  }

  /** What is left of an answer, without its start. */
  read(turn: Turn, options: StreamOptions): void {
    const stream = new TurnStream(this.wire, turn, options, () => {
      this.gauge.closed(this.wire.transport);
      if (this.streams.get(turn.messageId) !== stream) return;
      this.streams.delete(turn.messageId);
      if (this.streams.size === 0) this.onAllEnded();
    });
    this.gauge.opened(this.wire.transport);
    this.streams.set(turn.messageId, stream);
    stream.pour();
  }

  close(): void {
    for (const stream of [...this.streams.values()]) stream.close();
  }
}

class TurnStream {
  readonly isOwn: boolean;
  private readonly reader: TurnReader;
  private rest: TurnContent | undefined;
  private isOver = false;

  constructor(
    private readonly wire: Wire,
    private readonly turn: Turn,
    private readonly options: StreamOptions,
    private readonly onEnd: () => void,
  ) {
    this.isOwn = options.isOwn;
    this.reader = turn.read(options.offset);
    this.reader.onMore = () => this.pour();
  }

  pour(): void {
    while (!this.isOver && this.wire.backlog < FULL) {
      const event = this.next();
      if (event === undefined) return;
      this.wire.send(turnFrame(this.turn, event, this.options));
      if (event.type !== 'content') this.end();
    }
  }

  close(): void {
    this.reader.close();
    this.end();
  }

  private next(): TurnEvent | undefined {
    const event = this.rest ?? this.reader.take();
    this.rest = undefined;
    if (event?.type !== 'content' || event.content.length <= LONGEST_PIECE) return event;
    const { content, offset } = event;
    const length = isHighSurrogate(content.charCodeAt(LONGEST_PIECE - 1)) ? LONGEST_PIECE - 1 : LONGEST_PIECE;
    this.rest = { ...event, content: content.slice(length), offset: offset + length };
    return { ...event, content: content.slice(0, length) };
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
  }
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
