import { Injectable } from '@nestjs/common';
import type { ChatSession } from './chat-session';

const NOBODY: ReadonlySet<ChatSession> = new Set();

/** The sockets that are open in this process. */
@Injectable()
export class OpenSockets {
  private readonly byUser = new Map<string, Set<ChatSession>>();
  private readonly byAddress = new Map<string, number>();
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
    return this.byAddress.get(address) ?? 0;
  }

  /** Answers what is to be done when the connection has closed. */
  count(address: string): () => void {
    this.byAddress.set(address, this.at(address) + 1);
    return () => {
      const others = this.at(address) - 1;
      if (others > 0) this.byAddress.set(address, others);
      else this.byAddress.delete(address);
    };
  }
}
