import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#kernel';
import { ActiveTurns } from '../writing/active-turns';
import { RelayedTurn } from './relayed-turn';
import { TurnChannels } from './turn-channels';
import type { TurnWish } from './turn-word';

/** Those who follow say so every ten seconds. */
const INTEREST_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** Does what other replicas wish of the turns that this one writes. */
@Injectable()
export class TurnRelay implements OnModuleInit, OnModuleDestroy {
  private readonly relayed = new Map<string, RelayedTurn>();
  private readonly looking = setInterval(() => this.endUnwanted(), LOOK_EVERY_MS).unref();

  constructor(
    private readonly channels: TurnChannels,
    private readonly active: ActiveTurns,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.channels.onWish((wish) => this.grant(wish));
  }

  onModuleDestroy(): void {
    clearInterval(this.looking);
  }

  private grant(wish: TurnWish): void {
    if ('follow' in wish) return this.relay(wish.follow, wish.from);
    // Whoever stops it waits to hear of its end.
    this.relay(wish.stop, Number.MAX_SAFE_INTEGER);
    this.active.find(wish.stop)?.stop();
  }

  private relay(messageId: string, from: number): void {
    const turn = this.active.find(messageId);
    if (turn === undefined) return;
    const known = this.relayed.get(messageId);
    const relayed = known ?? new RelayedTurn(turn.log, (word) => this.channels.say(messageId, word));
    if (known === undefined) {
      this.relayed.set(messageId, relayed);
      void turn.ended.then(() => this.relayed.delete(messageId));
    }
    relayed.tellFrom(from);
    relayed.wantedUntil = this.clock.now() + INTEREST_MS;
  }

  private endUnwanted(): void {
    for (const [messageId, relayed] of this.relayed) {
      if (relayed.wantedUntil > this.clock.now()) continue;
      this.relayed.delete(messageId);
      relayed.end();
    }
  }
}
