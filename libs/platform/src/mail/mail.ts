/** To one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** Hands a mail on, or throws; answers what was done with it, for the log. */
export type Deliver = (id: string, mail: Mail) => Promise<string>;
