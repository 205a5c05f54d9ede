import type { Scope } from '#kernel';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The beginning of the key, to tell it from others by. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** Its key is not kept, and never shown again. */
export interface NewApiKey extends ApiKey {
  readonly key: string;
}
