export interface LlmConfig {
  readonly provider: 'openai' | 'demo';
  readonly modelsFile: string;
  /** Without one, the first model of the file. */
  readonly defaultModel?: string;
  /** Without one, the cheapest model; null for no automatic titles. */
  readonly titleModel?: string | null;
}
