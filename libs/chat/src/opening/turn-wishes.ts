import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { type Model, ModelCatalogue } from '#llm';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import type { TurnCommand } from '../turn/turn-command';

export interface Wishes {
  readonly model: Model;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** What is asked of the model, with what those get who do not say. */
@Injectable()
export class TurnWishes {
  constructor(
    private readonly catalogue: ModelCatalogue,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  of({ model: id, temperature = this.config.temperature, maxTokens }: TurnCommand, usual: string): Wishes {
    const model = id === undefined ? this.usualModel(usual) : this.offered(id);
    const { maxOutputTokens } = model;
    if (maxTokens !== undefined && maxTokens > maxOutputTokens) {
      throw AppError.invalid({ field: 'max_tokens', reason: 'range', params: { min: 1, max: maxOutputTokens } });
    }
    return { model, temperature, maxTokens: maxTokens ?? Math.min(this.config.maxTokens, maxOutputTokens) };
  }

  /** A conversation outlives the model that it began with. */
  private usualModel(id: string): Model {
    return this.catalogue.find(id) ?? this.catalogue.default();
  }

  private offered(id: string): Model {
    const model = this.catalogue.find(id);
    if (model !== undefined) return model;
    const choices = this.catalogue.list().map((each) => each.id);
    throw AppError.invalid({ field: 'model', reason: 'must_be_one_of', params: { choices: choices.join(', ') } });
  }
}
