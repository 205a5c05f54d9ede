import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Clock } from '#kernel';
import type { ModelCall, RelayCall } from '../../language-model';
import type { LlmConfig } from '../../llm-config';
import type { Model } from '../../model';
import { type BreakerState, CircuitBreaker } from './circuit-breaker';
import { completionRequest } from './completion-request';
import type { UpstreamMetrics } from './upstream-metrics';
import { destinationOf, type Sent, UpstreamNetwork } from './upstream-network';
import { refusalOf } from './upstream-refusal';

/** Of those who bring keys of their own, it is forgotten who came longest ago. */
const REMEMBERED = 1_000;

/** Takes 0.1 s, which a start need not wait for. */
const loadSdk = () => import('openai');

type Sdk = Awaited<ReturnType<typeof loadSdk>>['OpenAI'];

/** A server as one key sees it. */
export interface Upstream {
  /** Whether the key is ours, not a caller's own. */
  readonly isOurs: boolean;
  readonly baseUrl: string;
  readonly server: URL;
  readonly breaker: CircuitBreaker;
  /** Resolves with the headers of a good answer; rejects with an APIError, or what the network says. */
  request(
    call: ModelCall | RelayCall,
    headers: Readonly<Record<string, string>>,
    onSent: (sent: Sent) => void,
  ): Promise<IncomingMessage>;
}

export class Upstreams {
  private readonly logger = new Logger(Upstreams.name);
  private readonly known = new Map<string, Upstream>();
  private readonly network: UpstreamNetwork;
  private sdk: ReturnType<typeof loadSdk> | undefined;

  constructor(
    private readonly config: Pick<LlmConfig, 'openai' | 'apiKeys'>,
    private readonly clock: Clock,
    private readonly metrics: UpstreamMetrics,
  ) {
    this.network = new UpstreamNetwork(config.openai.proxyUrl);
  }

  /** Whether callers are kept from an upstream that one of our keys is for. */
  get isOursShut(): boolean {
    return [...this.known.values()].some(({ isOurs, breaker }) => isOurs && breaker.isOpen);
  }

  baseUrlOf({ baseUrl = this.config.openai.baseUrl }: Model): string {
    return baseUrl;
  }

  /** Where the model answers, for our key or the caller's own. */
  async of(model: Model, ownKey: string | undefined): Promise<Upstream> {
    const { OpenAI } = await (this.sdk ??= loadSdk());
    const baseUrl = this.baseUrlOf(model);
    const variable = model.apiKeyEnv ?? 'OPENAI_API_KEY';
    const key = ownKey ?? (model.apiKeyEnv === undefined ? this.config.openai.apiKey : this.config.apiKeys[variable]);
    if (key === undefined) throw new Error(`${variable} is not set`);

    const ourVariable = ownKey === undefined ? variable : undefined;
    const id = `${baseUrl} ${ourVariable} ${key}`;
    const upstream = this.known.get(id) ?? this.create(OpenAI, baseUrl, key, ourVariable);
    this.known.delete(id);
    this.known.set(id, upstream);
    if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value ?? '');
    return upstream;
  }

  close(): void {
    this.network.close();
  }

  /**
   * `variable` is where the key comes from, if it is ours: nobody watches the keys that others bring.
   * What is null would be read from the environment.
   */
  private create(Client: Sdk, baseUrl: string, apiKey: string, variable: string | undefined): Upstream {
    const server = new URL(baseUrl);
    const isOpenAi = server.hostname === 'api.openai.com';
    const client = new Client({
      baseURL: baseUrl,
      apiKey,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
    });
    // All calls have the same address and headers. To have them built for each takes 0.2 ms.
    const describe = async () => {
      const { url, req } = await client.buildRequest({ method: 'post', path: '/chat/completions', body: {} });
      return destinationOf(url, req.headers);
    };
    let described: ReturnType<typeof describe> | undefined;
    const tell = (state: BreakerState): void => {
      if (variable === undefined) return;
      this.metrics.breakerIs(`${baseUrl} ${variable}`, state);
      this.logger.warn({ msg: 'the circuit breaker of an upstream changed', upstream: baseUrl, variable, state });
    };
    if (variable !== undefined) this.metrics.breakerIs(`${baseUrl} ${variable}`, 'closed');
    return {
      isOurs: variable !== undefined,
      baseUrl,
      server,
      breaker: new CircuitBreaker(this.clock, tell),
      request: async (call, headers, onSent) => {
        const destination = await (described ??= describe());
        const body = JSON.stringify(completionRequest(call, isOpenAi));
        const answer = await this.network.post(destination, headers, body, onSent);
        const { statusCode: status = 0 } = answer;
        if (status < 200 || status >= 300) throw await refusalOf(answer, Client.APIError);
        return answer;
      },
    };
  }
}
