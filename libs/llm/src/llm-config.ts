export interface CatalogueConfig {
  readonly provider: 'openai' | 'demo';
  readonly modelsFile: string;
  /** Without one, the first model of the file. */
  readonly defaultModel?: string;
  /** Without one, the cheapest model; null for no automatic titles. */
  readonly titleModel?: string | null;
  /** By the names that a model may give as its `api_key_env`. */
  readonly apiKeys: Readonly<Record<string, string>>;
}

export interface OpenAiConfig {
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  readonly proxyUrl: string | undefined;
  /** Of silence, also before the first token. */
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

export interface LlmConfig extends CatalogueConfig {
  readonly openai: OpenAiConfig;
  /** Between the words of the demo model. */
  readonly demoPaceMs: number;
}
