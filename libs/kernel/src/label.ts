/** Beyond the ignorable ones, the blanks and fillers that Unicode counts among letters and marks. */
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\u{13441}\u{13442}\u{16FE4}]/u;

/** Of control and format characters, blanks that break lines, fillers and what is no character at all. */
export function holdsInvisible(text: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}\u2800]/u.test(text) || IGNORABLE.test(text);
}

/** People tell roles and plans apart by their names, and addresses hold these: `.` and `..` would be steps of a path. */
export function isLabel(name: string): boolean {
  const isStep = /^\.{1,2}$/.test(name.normalize('NFKC'));
  const hasOddBlanks = /^\s|\s$|\s\s|[^\S ]/.test(name);
  return !isStep && !hasOddBlanks && !holdsInvisible(name);
}
