import { searchText } from '#conversations';

/** A piece of what is shown of a message; those that are hits are what was searched for. */
export interface SnippetPart {
  readonly text: string;
  readonly isHit: boolean;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const LENGTH = 200;
const BEFORE_HIT = 60;
const AFTER_HIT = 40;

/** How much of a text is folded at once in the search for the place of a hit. */
const STRIDE = 256;

/** More than a reader takes for one character. */
const SURROUNDINGS = 128;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The surroundings of the first hit, never cut through what a reader takes for one character. */
export function snippetOf(content: string, query: string): readonly SnippetPart[] {
  const needle = searchText(query);
  const first = firstHit(content, needle, 0) ?? { start: 0, end: 0 };
  const from = boundaryAt(content, first.start - BEFORE_HIT);
  const to = boundaryAt(content, Math.max(from + LENGTH, first.end + AFTER_HIT));
  const parts: SnippetPart[] = [];
  const show = (text: string, isHit = false) => void (text !== '' && parts.push({ text, isHit }));
  if (from > 0) show('…');
  let shown = from;
  let hit: Span | undefined = first;
  while (hit !== undefined && hit.end > hit.start && hit.end <= to) {
    show(content.slice(shown, hit.start));
    show(content.slice(hit.start, hit.end), true);
    shown = hit.end;
    hit = firstHit(content.slice(0, to), needle, shown);
  }
  show(content.slice(shown, to));
  if (to < content.length) show('…');
  return parts;
}

function firstHit(text: string, needle: string, begin: number): Span | undefined {
  // A text folds to a third of its length at most where it is written with marks apart.
  const reach = 4 * needle.length;
  for (let from = begin; from < text.length; from = boundaryAt(text, from + STRIDE)) {
    const piece = text.slice(from, boundaryAt(text, from + STRIDE + reach));
    const hit = hitIn(piece, needle);
    if (hit !== undefined) return { start: from + hit.start, end: from + hit.end };
  }
  return undefined;
}

/** Folding changes lengths, so the place is found by folding less and less: the shortest text that holds the needle. */
function hitIn(piece: string, needle: string): Span | undefined {
  const holds = (start: number, end?: number) => searchText(piece.slice(start, end)).includes(needle);
  if (!holds(0)) return undefined;
  const starts = Array.from(graphemes.segment(piece), ({ index }) => index);
  const ends = [...starts.slice(1), piece.length];
  const end = ends[countOfFirst(ends, (at) => !holds(0, at))] ?? piece.length;
  return { start: starts[countOfFirst(starts, (at) => holds(at, end)) - 1] ?? 0, end };
}

/** How many places are so, where none is so behind one that is not. */
function countOfFirst(places: readonly number[], isSo: (place: number) => boolean): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(places[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next beginning of a character, unless there is one at `index`; told by its surroundings, for texts may be long. */
function boundaryAt(text: string, index: number): number {
  if (index <= 0) return 0;
  if (index >= text.length) return text.length;
  const from = Math.max(0, index - SURROUNDINGS);
  const at = graphemes.segment(text.slice(from, index + SURROUNDINGS)).containing(index - from);
  if (at === undefined) return text.length;
  return from + at.index === index ? index : from + at.index + at.segment.length;
}
