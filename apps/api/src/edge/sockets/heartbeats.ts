import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { Clock } from '#kernel';

const BEAT_MS = 1_000;
const PING_EVERY_MS = 25_000;
const SILENCE_MS = 15_000;

/** Ends connections whose other side is gone without a word. */
@Injectable()
export class Heartbeats implements OnModuleDestroy {
  private readonly hearts = new Set<Heart>();
  private readonly timer = setInterval(() => {
    for (const heart of this.hearts) heart.beat();
  }, BEAT_MS).unref();

  constructor(private readonly clock: Clock) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  listen(socket: WebSocket): void {
    const heart = new Heart(socket, this.clock);
    this.hearts.add(heart);
    socket.once('close', () => this.hearts.delete(heart));
  }
}

class Heart {
  private heardAt: number;
  private pingedAt: number | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {
    this.heardAt = clock.now();
    const heard = (): void => {
      this.heardAt = clock.now();
      this.pingedAt = undefined;
    };
    socket.on('pong', heard).on('message', heard);
  }

  beat(): void {
    const now = this.clock.now();
    if (this.pingedAt !== undefined && now - this.pingedAt >= SILENCE_MS) return this.socket.terminate();
    if (this.pingedAt !== undefined || now - this.heardAt < PING_EVERY_MS) return;
    this.pingedAt = now;
    this.socket.ping();
  }
}
