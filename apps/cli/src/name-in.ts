/** The one NAME that a command is given. */
export function nameIn(words: readonly string[]): string {
  const [name, ...rest] = words;
  if (name === undefined || rest.length > 0) throw new Error('The command takes one NAME; see --help.');
  return name;
}
