import { randomFillSync } from 'node:crypto';

const RANDOM_POOL = Buffer.alloc(16 * 256);
/** Hex digits, since ids are made of those. */
let randomDigits = '';
let digitsTaken = 0;
let lastTime = 0;
let lastTimeWritten = '';
let sequence = 0;

/** 12 bits that count up within a millisecond, so that ids made here sort in the order they were made. */
function nextSequence(now: number): number {
  if (now > lastTime) {
    moveTo(now);
    // Starts low enough that counting up within the millisecond rarely runs over.
    sequence = parseInt(random(4), 16) & 0x7ff;
  } else if (++sequence > 0xfff) {
    moveTo(lastTime + 1);
    sequence = 0;
  }
  return sequence;
}

function moveTo(time: number): void {
  lastTime = time;
  lastTimeWritten = writtenTime(time);
}

function writtenTime(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** So many hex digits. */
function random(count: number): string {
  if (digitsTaken + count > randomDigits.length) {
    randomDigits = randomFillSync(RANDOM_POOL).toString('hex');
    digitsTaken = 0;
  }
  digitsTaken += count;
  return randomDigits.slice(digitsTaken - count, digitsTaken);
}

/** The second half of a UUID: 62 random bits behind two that say who numbers so. */
function randomHalf(): string {
  const variant = 0x8 | (parseInt(random(1), 16) & 0x3);
  return `${variant.toString(16)}${random(3)}-${random(12)}`;
}

/** A UUID of version 7: sorts by time, and within this process by order of making. */
export function newId(now: number = Date.now()): string {
  const sequenceBits = nextSequence(now);
  return `${lastTimeWritten}-${(0x7000 | sequenceBits).toString(16)}-${randomHalf()}`;
}

/** Not after any id of that moment or later, and after all of those before. */
export function firstIdOf(time: number): string {
  return `${writtenTime(time)}-0000-0000-000000000000`;
}

/** As `newId`, for what was made elsewhere, at any time; of the same millisecond they are in no order. */
export function idAt(time: number): string {
  return `${writtenTime(time)}-7${random(3)}-${randomHalf()}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(value: string): boolean {
  return UUID.test(value);
}
