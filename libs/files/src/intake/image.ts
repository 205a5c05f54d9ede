import { stat } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { AppError } from '#kernel';
import type { ImageType } from '../stored-file';

export interface CleanImage {
  readonly size: number;
  readonly width: number;
  readonly height: number;
}

/** As much as the largest cameras of phones make. One pixel takes four bytes while it is decoded. */
const MOST_PIXELS = 50_000_000;
const SECONDS = 30;

/**
 * Writes the picture that `path` shows, and nothing else of what is in it, to `cleanPath`: upright, without metadata, and
 * of an animation the first frame, which is all that models look at.
 */
export async function cleanImage(path: string, type: ImageType, cleanPath: string): Promise<CleanImage> {
  // Its libraries take longer to load than all the rest of the server.
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).timeout({ seconds: SECONDS });
    const { width, height } = await encoded(image.autoOrient(), type).toFile(cleanPath);
    return { size: (await stat(cleanPath)).size, width, height };
  } catch (cause) {
    if (/pixel limit/i.test(String(cause))) {
      throw AppError.invalid({ field: 'file', reason: 'too_many_pixels', params: { max: MOST_PIXELS } });
    }
    throw new AppError('unsupported_media', { reason: 'image_damaged', cause });
  }
}

function encoded(image: Sharp, type: ImageType): Sharp {
  switch (type) {
    case 'image/png':
      return image.png();
    case 'image/jpeg':
      return image.jpeg({ quality: 90 });
    case 'image/webp':
      return image.webp({ quality: 90 });
    case 'image/gif':
      return image.gif();
  }
}
