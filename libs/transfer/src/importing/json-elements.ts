import { AppError } from '#kernel';

/** The text of an object; undefined: it is longer than one may be. */
export type JsonElement = string | undefined;

const MOST_DEPTH = 200;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');
const BLANKS = new Set(Buffer.from(' \t\r\n'));
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The objects of a list, or the one that there is, one after the other as they come, so that a list may be longer than
 * memory. What is inside of them is not judged; what is around them, and their depth, is. Nothing holds a text once `read`
 * has answered: while somebody works on what it made, there is nothing else of the element.
 */
export async function* jsonElements<T>(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  read: (element: JsonElement) => T,
): AsyncGenerator<T> {
  let expected: 'beginning' | 'first' | 'element' | 'separator' | 'end' = 'beginning';
  let isList = false;
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  const parts: Buffer[] = [];
  let size = 0;
  let beginning = true;
  for await (const whole of chunks) {
    const chunk: Buffer = beginning && whole.indexOf(BYTE_ORDER_MARK) === 0 ? whole.subarray(3) : whole;
    beginning = false;
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (depth > 0) {
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
          if (++depth > MOST_DEPTH) throw new AppError('malformed', { reason: 'body_too_complex' });
        } else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) {
          size += at + 1 - from;
          parts.push(chunk.subarray(from, at + 1));
          yield read(size > maxBytes ? undefined : textOf(parts));
          parts.length = 0;
          size = 0;
          expected = isList ? 'separator' : 'end';
        }
      } else if (BLANKS.has(byte)) {
        continue;
      } else if (byte === OPEN_LIST && expected === 'beginning') {
        isList = true;
        expected = 'first';
      } else if (byte === OPEN_OBJECT && ['beginning', 'first', 'element'].includes(expected)) {
        depth = 1;
        from = at;
      } else if (byte === COMMA && expected === 'separator') {
        expected = 'element';
      } else if (byte === CLOSE_LIST && (expected === 'first' || expected === 'separator')) {
        expected = 'end';
      } else {
        throw notJson();
      }
    }
    if (depth === 0) continue;
    size += chunk.length - from;
    // Of one that is too long no more is kept than that it is.
    if (size > maxBytes) parts.length = 0;
    else parts.push(chunk.subarray(from));
  }
  if (expected !== 'end') throw notJson();
}

/** The parts are taken. */
function textOf(parts: Buffer[]): string {
  const bytes = Buffer.concat(parts);
  parts.length = 0;
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError('malformed', { reason: 'body_not_utf8', cause });
  }
}

function notJson(): AppError {
  return new AppError('malformed', { reason: 'body_not_json' });
}
