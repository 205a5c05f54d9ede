export const capabilities = ['chat', 'vision', 'tools', 'json_mode', 'reasoning'] as const;

export type Capability = (typeof capabilities)[number];

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly description: { readonly en: string; readonly zh: string };
  /** Prompt and answer together. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  /** In US dollars. */
  readonly costPer1kTokens: { readonly input: number; readonly output: number };
  readonly capabilities: readonly Capability[];
  /** Where it answers, if not where most models do. */
  readonly baseUrl?: string;
  /** The variable that holds the key for it, if not OPENAI_API_KEY. */
  readonly apiKeyEnv?: string;
  /** The models to try in its place, in this order, while its answer has not begun. */
  readonly fallbacks?: readonly string[];
}
