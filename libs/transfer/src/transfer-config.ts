export const TRANSFER_CONFIG = Symbol('transfer config');

export interface TransferConfig {
  /** Where archives lie while they are read. */
  readonly directory: string;
  readonly maxImportBytes: number;
}
