export const fileTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'text/plain'] as const;

export type FileType = (typeof fileTypes)[number];

export type ImageType = Exclude<FileType, 'text/plain'>;

export interface StoredFile {
  readonly id: string;
  /** As its owner calls it: shown, and never used as a path. */
  readonly name: string;
  readonly type: FileType;
  /** In bytes, as it is kept. */
  readonly size: number;
  /** In hexadecimal, of what is kept. */
  readonly sha256: string;
  /** In pixels; null: it is no image. */
  readonly width: number | null;
  readonly height: number | null;
  readonly createdAt: Date;
}

export function isImage({ type }: Pick<StoredFile, 'type'>): boolean {
  return type !== 'text/plain';
}
