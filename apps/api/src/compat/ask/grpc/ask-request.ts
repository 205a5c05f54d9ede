import { isUtf8 } from 'node:buffer';

export interface AskRequest {
  readonly prompt: string;
  readonly conversation_id: string;
  readonly parent_id: string;
}

/** As chat.proto numbers them. */
const fields: Readonly<Record<number, keyof AskRequest>> = { 1: 'prompt', 2: 'conversation_id', 3: 'parent_id' };

/** In the place of a request: the bytes are none. (For undefined the library has a meaning of its own.) */
export const MALFORMED = 'malformed';

const VARINT = 0;
const EIGHT_BYTES = 1;
const COUNTED = 2;
const FOUR_BYTES = 5;

/**
 * The library's own reader mends what is not UTF-8, and takes what is cut off for whole; what it does not take, it says,
 * is our fault.
 */
export function readAskRequest(bytes: Buffer): AskRequest | typeof MALFORMED {
  const request = { prompt: '', conversation_id: '', parent_id: '' };
  const wire = new Wire(bytes);
  try {
    while (!wire.isOver) {
      const tag = wire.varint();
      const value = wire.value(tag % 8);
      const field = tag % 8 === COUNTED ? fields[Math.floor(tag / 8)] : undefined;
      if (field === undefined) continue;
      if (!isUtf8(value)) return MALFORMED;
      request[field] = value.toString();
    }
    return request;
  } catch (error) {
    if (error instanceof RangeError) return MALFORMED;
    throw error;
  }
}

/** Throws a `RangeError` where there is not what should come. */
class Wire {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isOver(): boolean {
    return this.at === this.bytes.length;
  }

  varint(): number {
    for (let value = 0, factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = this.take(1).readUInt8();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a number without end');
  }

  value(type: number): Buffer {
    switch (type) {
      case VARINT:
        this.varint();
        return this.take(0);
      case EIGHT_BYTES:
        return this.take(8);
      case COUNTED:
        return this.take(this.varint());
      case FOUR_BYTES:
        return this.take(4);
      default:
        throw new RangeError('a type that proto3 has not');
    }
  }

  private take(length: number): Buffer {
    const from = this.at;
    if (length > this.bytes.length - from) throw new RangeError('it ends before');
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }
}
