/** What is written once in our code is far less; lists of values of any length make texts without end. */
const MOST_NAMES = 500;

const names = new Map<string, string>();

/** The same for the same text in all of the process; undefined: there are enough. */
export function preparedNameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
