import { Injectable } from '@nestjs/common';
import { type Actor, AppError, newId } from '#kernel';
import type { Model } from '#llm';
import { Transaction } from '#platform';
import { TurnAdmission, type Admitted } from '../opening/turn-admission';
import { TurnWishes } from '../opening/turn-wishes';
import type { ExchangeCommand } from './exchange-command';
import { ExchangePrompt } from './exchange-prompt';

/** What is paid for in advance: all that is needed to have it answered. */
export interface OpenedExchange extends Admitted, Pick<ExchangeCommand, 'request' | 'stream'> {
  readonly id: string;
  readonly userId: string;
  readonly model: Model;
  readonly promptTokens: number;
}

@Injectable()
export class ExchangeOpening {
  constructor(
    private readonly transaction: Transaction,
    private readonly wishes: TurnWishes,
    private readonly prompt: ExchangePrompt,
    private readonly admission: TurnAdmission,
  ) {}

  /** What is refused is refused here, and leaves no trace. */
  async open({ userId }: Actor, command: ExchangeCommand): Promise<OpenedExchange> {
    const { request, stream } = command;
    const { model, maxTokens } = this.wishes.of(command, command.model);
    const promptTokens = await this.prompt.tokensOf(model, request);
    const wantedTokens = Math.min(maxTokens, model.contextWindow - promptTokens);
    if (wantedTokens < 1) throw AppError.invalid({ field: 'messages', reason: 'too_long_for_model' });
    const id = newId();
    const asked = { userId, turnId: id, promptTokens, wantedTokens, model: model.id };
    const admitted = await this.transaction.run((tx) => this.admission.admitExchange(tx, asked));
    return { id, userId, model, promptTokens, request, stream, ...admitted };
  }
}
