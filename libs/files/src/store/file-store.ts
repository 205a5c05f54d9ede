import type { Readable } from 'node:stream';

/** Both ends belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where the bytes are. What does not work is `unavailable`. */
export abstract class FileStore {
  /** Takes the file at `path` over; it need not be there any more. */
  abstract put(id: string, path: string, sha256: string): Promise<void>;

  /** Undefined: there is none. */
  abstract read(id: string, range?: ByteRange): Promise<Readable | undefined>;

  /** Also where there is none. */
  abstract delete(id: string): Promise<void>;
}
