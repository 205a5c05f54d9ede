import { Injectable } from '@nestjs/common';
import type { Glance } from './glance';

/** In UTF-16 units, of all together and of one. */
const MOST = { all: 1_000_000, one: 50_000 };
/** What stands around a text weighs as well. */
const UNITS_AROUND = 200;

/**
 * Conversations as turns of this process have left them, the last ones. Anybody may have changed them since: whoever takes
 * one makes sure, by its revision, when he opens a turn.
 */
@Injectable()
export class RememberedGlances {
  private readonly glances = new Map<string, Glance>();
  private weight = 0;

  keep(glance: Glance): void {
    const { id } = glance.thread;
    this.forget(id);
    const weight = weightOf(glance);
    if (weight > MOST.one) return;
    this.glances.set(id, glance);
    this.weight += weight;
    for (const oldest of this.glances.keys()) {
      if (this.weight <= MOST.all) break;
      this.forget(oldest);
    }
  }

  /** It is forgotten then: whoever takes it changes the conversation. */
  take(userId: string, conversationId: string): Glance | undefined {
    const glance = this.glances.get(conversationId);
    if (glance?.thread.userId !== userId) return undefined;
    this.forget(conversationId);
    return glance;
  }

  private forget(id: string): void {
    const glance = this.glances.get(id);
    if (glance === undefined) return;
    this.glances.delete(id);
    this.weight -= weightOf(glance);
  }
}

function weightOf({ thread: { systemMessage }, newest }: Glance): number {
  const texts = newest.map(({ content }) => content.length + UNITS_AROUND);
  return texts.reduce((sum, each) => sum + each, (systemMessage?.length ?? 0) + UNITS_AROUND);
}
