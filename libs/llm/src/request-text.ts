/** A message as OpenAI's requests have it. */
export interface RequestMessage {
  readonly role: string;
  /** A text, parts of which some are texts, or none. */
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly image_url?: { readonly detail?: unknown } | null;
}

/** Of a request that has them. */
export function messagesIn(request: Readonly<Record<string, unknown>>): readonly RequestMessage[] {
  return request['messages'] as readonly RequestMessage[];
}

export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return partsOf(content)
    .map(({ text }) => text)
    .filter((text) => typeof text === 'string' && text !== '')
    .join('\n');
}

export function imagesIn(content: unknown): readonly Part[] {
  return partsOf(content).filter(({ type }) => type === 'image_url');
}

function partsOf(content: unknown): readonly Part[] {
  return Array.isArray(content) ? (content as readonly (Part | null)[]).filter((part) => part !== null) : [];
}
