/** Something to be kept as a file, which is made while it is taken. */
export interface ExportedDocument {
  /** For people, with its ending. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly chunks: AsyncIterable<string>;
  /** In it, when it was begun. */
  readonly messages: number;
}
