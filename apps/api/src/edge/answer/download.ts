import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CallerLeft } from './caller-left';
import type { HttpExchange } from './exchange.decorator';
import { STREAMED, type Streamed } from './streamed';

export interface Download {
  readonly fileName: string;
  readonly mediaType: string;
  readonly chunks: AsyncIterable<string | Buffer>;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** How the document has texts. */
export const textFiles = (...mediaTypes: readonly string[]) =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));

/**
 * Answers with a file, a piece at a time and as fast as it is taken. What fails before the first piece fails as usual;
 * later the connection is cut, so that nobody takes a part for the whole.
 */
export async function download({ request, response }: HttpExchange, document: Download): Promise<Streamed> {
  const { fileName, mediaType, chunks, headers = {} } = document;
  const rest = chunks[Symbol.asyncIterator]();
  const first = await rest.next();
  response.attachment(fileName);
  response.setHeader('Content-Type', mediaType);
  response.setHeader('Cache-Control', 'private, no-store');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.method === 'HEAD') {
    await rest.return?.();
    response.end();
    return STREAMED;
  }
  try {
    await pipeline(Readable.from(from(first, rest)), response);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE' ? new CallerLeft() : error;
  }
  return STREAMED;
}

async function* from<T>(first: IteratorResult<T, unknown>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
