import { failSpan, startClientSpan, traceHeaders } from '#platform';
import type { AnswerOutcome, ModelCall, RelayCall } from '../../language-model';
import type { UpstreamFailure } from './upstream-failure';

/** One try to be answered, by OpenTelemetry's conventions for generative AI; nothing of what was said. */
export class UpstreamSpan {
  private readonly span;
  /** Tell the upstream which trace its work is part of. */
  readonly headers: Record<string, string>;

  constructor(call: ModelCall | RelayCall, { hostname, port, protocol }: URL) {
    const { model, maxTokens } = call;
    this.span = startClientSpan(`chat ${model.id}`, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': model.id,
      ...('temperature' in call && { 'gen_ai.request.temperature': call.temperature }),
      'gen_ai.request.max_tokens': maxTokens,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    });
    this.headers = traceHeaders(this.span);
  }

  failed({ reason, status }: UpstreamFailure): void {
    failSpan(this.span, String(status ?? reason));
    this.span.end();
  }

  ended({ status, finishReason, usage, error }: AnswerOutcome): void {
    if (finishReason !== null) this.span.setAttribute('gen_ai.response.finish_reasons', [finishReason]);
    if (usage !== undefined) {
      this.span.setAttribute('gen_ai.usage.input_tokens', usage.promptTokens);
      this.span.setAttribute('gen_ai.usage.output_tokens', usage.completionTokens);
    }
    if (error !== undefined) failSpan(this.span, status);
    this.span.end();
  }
}
