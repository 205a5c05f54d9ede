export interface TestDatabase {
  readonly url: string;
  /** After whoever uses it has let go. */
  drop(): Promise<void>;
}
