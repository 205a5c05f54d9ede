import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { type Model, ModelCatalogue } from '#llm';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import type { SpecialWishes, TurnCommand } from '../turn/turn-command';

export interface Wishes extends SpecialWishes {
  readonly model: Model;
  readonly temperature: number;
  readonly maxTokens: number;
}

type Wished = Pick<TurnCommand, 'model' | 'temperature' | 'maxTokens'> & SpecialWishes;

/** What is asked of the model, with what those get who do not say. */
@Injectable()
export class TurnWishes {
  constructor(
    private readonly catalogue: ModelCatalogue,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  /** Of a conversation for which nothing else was asked. */
  usual(): string {
    return this.catalogue.default().id;
  }

  of(wished: Wished, usual: string): Wishes {
    const { model: id, temperature = this.config.temperature, maxTokens, systemMessage, context, extras } = wished;
    const model = id === undefined ? this.usualModel(usual) : this.offered(id);
    const { maxOutputTokens } = model;
    if (maxTokens !== undefined && maxTokens > maxOutputTokens) {
      throw AppError.invalid({ field: 'max_tokens', reason: 'range', params: { min: 1, max: maxOutputTokens } });
    }
    const special = { systemMessage, context, extras };
    return { model, temperature, maxTokens: maxTokens ?? Math.min(this.config.maxTokens, maxOutputTokens), ...special };
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
