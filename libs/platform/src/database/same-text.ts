interface Made {
  text?: string;
  readonly beyond: Map<string, Made>;
}

const ofTemplates = new WeakMap<TemplateStringsArray, Made>();
const ofLists = nothingMade();

/**
 * For templates of long statements: the same pieces make the same text, and once. A text that is made anew is hashed anew
 * by whoever looks it up, which costs more than to put it.
 */
export function sameText(template: TemplateStringsArray, ...pieces: readonly string[]): string {
  let made = ofTemplates.get(template);
  if (made === undefined) ofTemplates.set(template, (made = nothingMade()));
  return textOf(made, pieces, () => String.raw({ raw: template }, ...pieces));
}

/** As `sameText`, of pieces one to a line. */
export function sameList(pieces: readonly string[]): string {
  return textOf(ofLists, pieces, () => pieces.join(',\n'));
}

function textOf(first: Made, pieces: readonly string[], make: () => string): string {
  let made = first;
  for (const piece of pieces) {
    made = beyond(made, piece);
  }
  return (made.text ??= make());
}

function beyond({ beyond: known }: Made, piece: string): Made {
  const before = known.get(piece);
  if (before !== undefined) return before;
  const made = nothingMade();
  known.set(piece, made);
  return made;
}

function nothingMade(): Made {
  return { beyond: new Map() };
}
