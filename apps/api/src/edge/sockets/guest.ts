import type { Grant } from '#auth';

/** Who proved who he is, and by what. */
export interface Guest extends Grant {
  readonly bearer: string;
}
