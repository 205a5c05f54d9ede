import type { IncomingHttpHeaders } from 'node:http';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly [field: string]: unknown;
}

/** 'answered' tells that the last byte left here, not that it was read. */
export type Ending = 'answered' | 'cut by script' | 'client left';

/** What the upstream saw of a call; it stands still once `ended` has resolved. */
export interface UpstreamCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where the request had none, or none that is JSON. */
  readonly body: ChatRequest | undefined;
  /** On the scale of performance.now(). */
  readonly arrivedAt: number;
  readonly ended: Promise<Ending>;
  ending: Ending | undefined;
  /** As it was sent, if it was sent whole. */
  usage: Usage | undefined;
  /** Pieces of text and of tool calls that were sent. */
  pieces: number;
}
