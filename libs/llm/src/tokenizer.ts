import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import type { TokenRanks } from './token-ranks';

const SPLIT = new RegExp(O200K_TOKEN_SPLIT_REGEX);

/** What a code unit takes in UTF-8 at most. */
const BYTES_A_UNIT = 3;

const LONGEST_REMEMBERED = 32;
const REMEMBERED_PIECES = 5_000;

/** Counts as `gpt-tokenizer` does with o200k_base, which keeps ten times as much in memory since it can also decode. */
export class Tokenizer {
  private readonly remembered = new Map<string, number>();
  private scratch = Buffer.allocUnsafeSlow(1024);

  constructor(private readonly ranks: TokenRanks) {}

  count(text: string): number {
    let tokens = 0;
    // `matchAll` would make a copy of the expression, which costs as much as a short text.
    SPLIT.lastIndex = 0;
    for (let found = SPLIT.exec(text); found !== null; found = SPLIT.exec(text)) {
      tokens += this.remembered.get(found[0]) ?? this.countNew(found[0]);
    }
    return tokens;
  }

  private countNew(piece: string): number {
    const most = piece.length * BYTES_A_UNIT;
    if (most > this.scratch.length) this.scratch = Buffer.allocUnsafeSlow(most);
    const length = this.scratch.write(piece);
    const tokens = this.ranks.rankOf(this.scratch, 0, length) === Infinity ? this.countMerged(length) : 1;
    if (piece.length <= LONGEST_REMEMBERED) this.remember(this.scratch.toString('utf8', 0, length), tokens);
    return tokens;
  }

  /** The piece is a copy: what was cut from a text keeps all of the text. */
  private remember(piece: string, tokens: number): void {
    if (this.remembered.size >= REMEMBERED_PIECES) this.remembered.clear();
    this.remembered.set(piece, tokens);
  }

  /** Joins the two neighbours of the lowest rank until no two make a token. */
  private countMerged(length: number): number {
    const starts = Array.from({ length: length + 1 }, (_, i) => i);
    const joined = Array.from({ length: length - 1 }, (_, i) => this.ranks.rankOf(this.scratch, i, i + 2));
    const rejoin = (i: number): void => {
      if (i >= 0 && i < joined.length) joined[i] = this.ranks.rankOf(this.scratch, starts[i]!, starts[i + 2]!);
    };
    for (;;) {
      const least = indexOfLeast(joined);
      if (least < 0) return starts.length - 1;
      starts.splice(least + 1, 1);
      joined.splice(least, 1);
      rejoin(least);
      rejoin(least - 1);
    }
  }
}

function indexOfLeast(ranks: readonly number[]): number {
  let least = Infinity;
  let index = -1;
  for (let i = 0; i < ranks.length; i += 1) {
    if (ranks[i]! >= least) continue;
    least = ranks[i]!;
    index = i;
  }
  return index;
}
