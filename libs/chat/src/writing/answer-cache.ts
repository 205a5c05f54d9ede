import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Model, ModelAnswer } from '#llm';
import { Cache } from '#platform';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import type { OpenedTurn } from '../opening/opened-turn';
import type { Written } from './written';

interface KnownAnswer {
  readonly text: string;
  readonly finishReason: string | null;
}

/** What a user was answered, for when he asks the same again. Never told to another. */
@Injectable()
export class AnswerCache {
  constructor(
    private readonly cache: Cache,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  isFor({ mayBeCached, temperature }: OpenedTurn): boolean {
    const { mode } = this.config.answerCache;
    return mayBeCached && (mode === 'all' || (mode === 'deterministic' && temperature === 0));
  }

  async find(turn: OpenedTurn): Promise<ModelAnswer | undefined> {
    const known = await this.cache.get<KnownAnswer>(keyOf(turn));
    return known && remembered(turn.model, known);
  }

  keep(turn: OpenedTurn, { text, finishReason }: Written): Promise<void> {
    const known: KnownAnswer = { text, finishReason };
    return this.cache.set(keyOf(turn), known, this.config.answerCache.ttlMs);
  }
}

function remembered(model: Model, { text, finishReason }: KnownAnswer): ModelAnswer {
  return {
    model,
    pour: async (take) => {
      take(text);
      return { status: 'complete', finishReason, usage: { promptTokens: 0, completionTokens: 0 } };
    },
    goOn: () => undefined,
  };
}

/** The quota left to a turn may cut its answer short, so the length asked for counts as well. */
function keyOf({ actor, model, temperature, maxTokens, messages, hasOwnKey }: OpenedTurn): string {
  const asked = JSON.stringify([model.id, temperature, maxTokens, hasOwnKey, messages]);
  return `answer:${actor.userId}:${createHash('sha256').update(asked).digest('hex')}`;
}
