import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import {
  imagesIn,
  messagesIn,
  type Model,
  textOf,
  TokenCounter,
  TOKENS_AROUND_A_MESSAGE,
  TOKENS_BEFORE_AN_ANSWER,
} from '#llm';

/** What OpenAI takes for an image of 1,024 pixels square, and for any that need not be seen well. */
const IMAGE_TOKENS = 765;
const ROUGH_IMAGE_TOKENS = 85;

/** What else of a request the model reads. */
const READ_AS_WELL = ['tools', 'functions', 'response_format'];

/** What a request takes, as far as that can be told before it is asked. */
@Injectable()
export class ExchangePrompt {
  constructor(private readonly tokens: TokenCounter) {}

  async tokensOf(model: Model, request: Readonly<Record<string, unknown>>): Promise<number> {
    let total = TOKENS_BEFORE_AN_ANSWER;
    for (const [index, message] of messagesIn(request).entries()) {
      const images = imagesIn(message.content);
      if (images.length > 0 && !model.capabilities.includes('vision')) throw withoutVision(index);
      for (const { image_url: image } of images) total += image?.detail === 'low' ? ROUGH_IMAGE_TOKENS : IMAGE_TOKENS;
      total += TOKENS_AROUND_A_MESSAGE + (await this.tokens.count(textOf(message.content)));
      total += await this.tokensOfJson(message['tool_calls'] ?? message['function_call']);
    }
    for (const field of READ_AS_WELL) total += await this.tokensOfJson(request[field]);
    return total;
  }

  private async tokensOfJson(value: unknown): Promise<number> {
    return value == null ? 0 : this.tokens.count(JSON.stringify(value));
  }
}

function withoutVision(index: number): AppError {
  return AppError.invalid({ field: `messages.${index}.content`, reason: 'model_without_vision' });
}
