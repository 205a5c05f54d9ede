import { createReadStream } from 'node:fs';
import { AppError } from '#kernel';
import { type FileType, fileTypes, type ImageType } from '../stored-file';
import { cleanImage } from './image';
import { isPlainText } from './plain-text';
import type { Spooled } from './spool';

export interface Examined {
  /** Of what is to be kept. */
  readonly path: string;
  readonly type: FileType;
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
}

/** Judges by the bytes alone, but for a text that was said to be an image. */
export async function examine(
  { path, size }: Spooled,
  claimedType: string | undefined,
  cleanPath: string,
): Promise<Examined> {
  if (size === 0) throw AppError.invalid({ field: 'file', reason: 'empty_file' });
  const { fileTypeFromFile } = await import('file-type/node');
  const found = await fileTypeFromFile(path);
  const image = imageTypeOf(found?.mime);
  if (image !== undefined) {
    return { path: cleanPath, type: image, ...(await cleanImage(path, image, cleanPath)) };
  }
  const mayBeText = (found === undefined || found.mime.startsWith('text/')) && !claimedType?.startsWith('image/');
  if (!mayBeText || !(await isPlainText(createReadStream(path))))
    throw new AppError('unsupported_media', { reason: 'file_kinds' });
  return { path, type: 'text/plain', size, width: null, height: null };
}

function imageTypeOf(mime: string | undefined): ImageType | undefined {
  return fileTypes.filter((type) => type !== 'text/plain').find((type) => type === mime);
}
