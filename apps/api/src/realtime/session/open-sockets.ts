import { Injectable } from '@nestjs/common';
import type { ChatSession } from './chat-session';
import { Seat, Seats } from './seats';

const NOBODY: ReadonlySet<ChatSession> = new Set();

/** The sockets that are open in this process. */
@Injectable()
export class OpenSockets {
  private readonly byUser = new Map<string, Set<ChatSession>>();
  private readonly seats = new Seats();
  private onEmpty: () => void = () => undefined;

  *[Symbol.iterator](): Generator<ChatSession> {
    for (const sessions of this.byUser.values()) yield* sessions;
  }

  of(userId: string): ReadonlySet<ChatSession> {
    return this.byUser.get(userId) ?? NOBODY;
  }

  add(session: ChatSession): void {
    const { userId } = session.actor;
    this.byUser.set(userId, (this.byUser.get(userId) ?? new Set()).add(session));
  }

  remove(session: ChatSession): void {
    const { userId } = session.actor;
    const sessions = this.byUser.get(userId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.byUser.delete(userId);
    if (this.byUser.size === 0) this.onEmpty();
  }

  /** Resolves when none is open. */
  async allGone(): Promise<void> {
    if (this.byUser.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
  }

  /** How many there are from an address, also of those who have not said yet who they are. */
  at(address: string): number {
    return this.seats.at(address);
  }

  seat(address: string): Seat {
    return new Seat(this.seats, address);
  }
}
