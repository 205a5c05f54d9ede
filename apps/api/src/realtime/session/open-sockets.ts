import { Injectable } from '@nestjs/common';
import type { ChatSession } from './chat-session';

const NOBODY: ReadonlySet<ChatSession> = new Set();

/** The sockets that are open in this process. */
@Injectable()
export class OpenSockets {
  private readonly byUser = new Map<string, Set<ChatSession>>();
  private onEmpty: () => void = () => undefined;

  *[Symbol.iterator](): Generator<ChatSession> {
    for (const sessions of this.byUser.values()) yield* sessions;
  }

  of(userId: string): ReadonlySet<ChatSession> {
    return this.byUser.get(userId) ?? NOBODY;
  }

  /** Those who have any open now. */
  users(): readonly string[] {
    return [...this.byUser.keys()];
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
}
