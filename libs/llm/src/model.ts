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
}
