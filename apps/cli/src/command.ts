export interface Command {
  /** As typed, such as `db status`. */
  readonly name: string;
  readonly summary: string;
  run(args: readonly string[]): Promise<void>;
}
