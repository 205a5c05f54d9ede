const SPACE = 0x20;
const LINE_END = 0x0a;

/** A power of two, more than twice as many as there are tokens. */
const SLOTS = 2 ** 19;

/**
 * The tokens of an encoding in 5 MB: their bytes in a row, where each begins, and a hash table over them. As strings in a
 * Map they take 60.
 */
export class TokenRanks {
  private readonly slots = new Uint32Array(SLOTS);

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly starts: Uint32Array,
  ) {
    for (let rank = 0; rank + 1 < starts.length; rank += 1) this.place(rank);
  }

  /** Of a `.tiktoken` file: a token in base64 and its rank in each line, in the order of the ranks. */
  static parse(file: Buffer): TokenRanks {
    const bytes = Buffer.allocUnsafeSlow(file.length);
    const starts = [0];
    let end = 0;
    for (let line = 0; line < file.length; line = file.indexOf(LINE_END, line) + 1 || file.length) {
      end += bytes.write(file.toString('latin1', line, file.indexOf(SPACE, line)), end, 'base64');
      starts.push(end);
    }
    return new TokenRanks(Uint8Array.from(bytes.subarray(0, end)), Uint32Array.from(starts));
  }

  /** Infinity: it is no token. */
  rankOf(text: Uint8Array, from: number, to: number): number {
    for (let slot = slotOf(text, from, to); ; slot = (slot + 1) % SLOTS) {
      const rank = this.slots[slot]! - 1;
      if (rank < 0) return Infinity;
      if (this.isToken(rank, text, from, to)) return rank;
    }
  }

  private isToken(rank: number, text: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[rank]!;
    if (this.starts[rank + 1]! - start !== to - from) return false;
    for (let i = from; i < to; i += 1) if (this.bytes[start + i - from] !== text[i]) return false;
    return true;
  }

  /** Slots hold one more than the rank: 0 is empty. */
  private place(rank: number): void {
    let slot = slotOf(this.bytes, this.starts[rank]!, this.starts[rank + 1]!);
    while (this.slots[slot] !== 0) slot = (slot + 1) % SLOTS;
    this.slots[slot] = rank + 1;
  }
}

/** FNV-1a, its high bits mixed into those that count. */
function slotOf(text: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ text[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
