import type { OpenAI } from 'openai';
import type { ModelCall, ModelMessage, RelayCall } from '../../language-model';

type CompletionRequest = OpenAI.ChatCompletionCreateParams;

/** OpenAI's present models want words of their own; the servers that speak its protocol keep to the common ones. */
export function completionRequest(call: ModelCall | RelayCall, isOpenAi: boolean): CompletionRequest {
  return 'request' in call ? relayed(call, isOpenAi) : asked(call, isOpenAi);
}

function asked(call: ModelCall, isOpenAi: boolean): CompletionRequest {
  const { model, messages, temperature, stream, user, extras } = call;
  const maxTokens = Math.min(call.maxTokens, model.maxOutputTokens);
  return {
    ...extras,
    model: model.id,
    messages: messages.map(messageParam),
    ...(isOpenAi ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...((!isOpenAi || !model.capabilities.includes('reasoning')) && { temperature }),
    ...(user !== undefined && { user }),
    ...(stream ? { stream, stream_options: { include_usage: true } } : { stream }),
  };
}

function messageParam({ role, content, images = [] }: ModelMessage): OpenAI.ChatCompletionMessageParam {
  if (role !== 'user' || images.length === 0) return { role, content };
  const pictures = images.map(({ type, base64 }) => ({
    type: 'image_url' as const,
    image_url: { url: `data:${type};base64,${base64}` },
  }));
  return { role, content: [{ type: 'text', text: content }, ...pictures] };
}

/** The usage is always asked for: whoever does not want it is not told. */
function relayed({ model, request, stream, user, ...call }: RelayCall, isOpenAi: boolean): CompletionRequest {
  const { max_tokens, max_completion_tokens, stream_options, ...rest } = request;
  const maxTokens = Math.min(call.maxTokens, model.maxOutputTokens);
  const isNewWord = isOpenAi || (max_completion_tokens != null && max_tokens == null);
  return {
    ...(user !== undefined && { user }),
    ...(rest as Partial<CompletionRequest> & Pick<CompletionRequest, 'messages'>),
    model: model.id,
    ...(isNewWord ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(stream ? { stream, stream_options: { ...(stream_options as object), include_usage: true } } : { stream }),
  };
}
