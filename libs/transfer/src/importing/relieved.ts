import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const RELIEF_EVERY_BYTES = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;

/**
 * What comes, with the memory that it took given back now and then: left to itself, the engine lets a heap grow to several
 * times what is alive before it looks, which for a file of hundreds of megabytes is more than all the rest of the server.
 */
export async function* relieved(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size >= RELIEF_EVERY_BYTES) {
      collectGarbage();
      size = 0;
    }
    yield chunk;
  }
}
