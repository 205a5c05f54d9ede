import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { Files, isImage, type StoredFile } from '#files';
import { AppError } from '#kernel';
import type { Model, ModelMessage } from '#llm';
import type { Db } from '#platform';

/** A message of a prompt whose files have not been read yet. */
export interface PromptPart extends Pick<ModelMessage, 'role' | 'content'> {
  /** Those that the model is to see; of the rest it is told no more than that they were there. */
  readonly files?: readonly StoredFile[];
}

interface Shown {
  readonly files: readonly StoredFile[];
  /** Images for which there is no room, or no eye. */
  readonly leftOut: readonly StoredFile[];
  readonly tokens: number;
}

export const NOTHING_SHOWN: Shown = { files: [], leftOut: [], tokens: 0 };

/** A token is three bytes or more of nearly every text in nearly every script. */
const BYTES_A_TOKEN = 3;
const TOKENS_AROUND_A_FILE = 20;

/** Of all images of a prompt together; the older ones are left out. */
const MOST_IMAGE_BYTES = 20 * 1024 * 1024;

/** The files that messages came with, as a model gets to know them. */
@Injectable()
export class PromptFiles {
  constructor(private readonly files: Files) {}

  /** What the model is shown of them, where so many bytes of images were chosen before. */
  async shown(db: Db, userId: string, ids: readonly string[], model: Model, imageBytes: number): Promise<Shown> {
    let room = model.capabilities.includes('vision') ? MOST_IMAGE_BYTES - imageBytes : 0;
    const all = await this.files.some(db, userId, ids);
    const files = all.filter((file) => !isImage(file) || (room -= file.size) >= 0);
    const leftOut = all.filter((file) => !files.includes(file));
    const tokens = leftOut.length * TOKENS_AROUND_A_FILE + files.reduce((sum, file) => sum + tokensOf(file), 0);
    return { files, leftOut, tokens };
  }

  /** Reads them. */
  async filled(parts: readonly PromptPart[]): Promise<readonly ModelMessage[]> {
    const messages: ModelMessage[] = [];
    for (const { role, content, files } of parts) {
      const message = { role, content };
      messages.push(files === undefined ? message : await this.withFiles(message, files));
    }
    return messages;
  }

  private async withFiles(message: ModelMessage, files: readonly StoredFile[]): Promise<ModelMessage> {
    const texts: string[] = [];
    const images = [];
    for (const file of files) {
      const bytes = await this.read(file);
      // Deleted since the prompt was built.
      if (bytes === undefined) continue;
      if (isImage(file)) images.push({ type: file.type, base64: (await buffer(bytes)).toString('base64') });
      else texts.push(quoted(file, await text(bytes)));
    }
    const content = [...texts, message.content].join('\n\n');
    return { ...message, content, ...(images.length > 0 && { images }) };
  }

  private async read(file: StoredFile): Promise<Readable | undefined> {
    try {
      return await this.files.read(file);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }
}

/** So that an answer which speaks of an image can still be understood. */
export function withoutThem(content: string, leftOut: readonly StoredFile[]): string {
  return [content, ...leftOut.map(({ name }) => `[image ${JSON.stringify(name)}]`)].join('\n');
}

export function imageBytesOf(files: readonly StoredFile[]): number {
  return files.filter(isImage).reduce((sum, { size }) => sum + size, 0);
}

function tokensOf({ size, width, height }: StoredFile): number {
  const own = width === null || height === null ? Math.ceil(size / BYTES_A_TOKEN) : imageTokens(width, height);
  return own + TOKENS_AROUND_A_FILE;
}

/**
 * As OpenAI counts an image in full detail: it is made to fit a square of 2,048 pixels, then its shorter side 768, and
 * each tile of 512 that this covers is 170 tokens, on top of 85.
 */
function imageTokens(width: number, height: number): number {
  const fitting = Math.min(1, 2_048 / Math.max(width, height));
  const scale = fitting * Math.min(1, 768 / (Math.min(width, height) * fitting));
  const tiles = (side: number): number => Math.ceil((side * scale) / 512);
  return 85 + 170 * tiles(width) * tiles(height);
}

function quoted({ name }: StoredFile, words: string): string {
  return `<file name=${JSON.stringify(name)}>\n${words}\n</file>`;
}
