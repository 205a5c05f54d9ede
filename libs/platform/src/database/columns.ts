import type { ColumnOptions } from 'typeorm';

/**
 * The columns of entities, for all engines; migrations/column-types.ts has the twin of each.
 * Text is compared byte by byte everywhere: what shall be equal whatever its case is stored folded.
 */
export const columns = {
  id: { type: 'uuid' },
  /** Code points, not bytes. */
  text: (length: number) => ({ type: 'varchar', length }),
  longText: { type: 'text' },
  boolean: { type: 'boolean' },
  integer: { type: 'int' },
  /** A number in JavaScript, so at most 2^53. */
  bigInteger: { type: 'bigint' },
  /** A Date in JavaScript: UTC, with milliseconds. */
  time: { type: Date, precision: 3 },
  /** Kept as text: nothing searches within. */
  json: { type: 'simple-json' },
} as const satisfies Record<string, ColumnOptions | ((length: number) => ColumnOptions)>;
