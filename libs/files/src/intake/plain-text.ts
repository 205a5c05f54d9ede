import type { Readable } from 'node:stream';

/** What browsers take for markup, whatever it is called. */
const MARKUP =
  /^\s*<(?:!doctype|!--|\?xml|svg|html|head|body|script|iframe|style|title|table|div|font|h1|img|link|meta|object|embed|br|a|b|p)(?:[\s>/-]|$)/i;

const SNIFFED_CHARACTERS = 1_024;

/** UTF-8 that holds no NUL and does not begin as markup does. */
export async function isPlainText(source: Readable): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let beginning = '';
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (chunk.includes(0)) return false;
      const text = decoder.decode(chunk, { stream: true });
      if (beginning.length < SNIFFED_CHARACTERS) beginning += text.slice(0, SNIFFED_CHARACTERS);
    }
    decoder.decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
  return !MARKUP.test(beginning);
}
