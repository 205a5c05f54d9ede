import type { OpenAI } from 'openai';
import type { ModelCall } from '../../language-model';

type CompletionRequest = OpenAI.ChatCompletionCreateParams;

/** OpenAI's present models want words of their own; the servers that speak its protocol keep to the common ones. */
export function completionRequest(call: ModelCall, baseUrl: string): CompletionRequest {
  const { model, messages, temperature, stream, user } = call;
  const maxTokens = Math.min(call.maxTokens, model.maxOutputTokens);
  const isOpenAi = new URL(baseUrl).hostname === 'api.openai.com';
  return {
    model: model.id,
    messages: [...messages],
    ...(isOpenAi ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...((!isOpenAi || !model.capabilities.includes('reasoning')) && { temperature }),
    ...(user !== undefined && { user }),
    ...(stream ? { stream, stream_options: { include_usage: true } } : { stream }),
  };
}
