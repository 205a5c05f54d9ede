import { randomFillSync } from 'node:crypto';

const RANDOM_POOL = Buffer.alloc(16 * 256);
let poolOffset = RANDOM_POOL.length;
let lastTime = 0;
let sequence = 0;

/** 12 bits that count up within a millisecond, so that ids made here sort in the order they were made. */
function nextSequence(now: number): number {
  if (now > lastTime) {
    lastTime = now;
    // Starts low enough that counting up within the millisecond rarely runs over.
    sequence = randomBytes(2).readUInt16BE() & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastTime += 1;
    sequence = 0;
  }
  return sequence;
}

function randomBytes(length: number): Buffer {
  if (poolOffset + length > RANDOM_POOL.length) {
    randomFillSync(RANDOM_POOL);
    poolOffset = 0;
  }
  poolOffset += length;
  return RANDOM_POOL.subarray(poolOffset - length, poolOffset);
}

/** A UUID of version 7: sorts by time, and within this process by order of making. */
export function newId(now: number = Date.now()): string {
  const sequenceBits = nextSequence(now);
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequenceBits, 6);
  randomBytes(8).copy(bytes, 8);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(value: string): boolean {
  return UUID.test(value);
}
