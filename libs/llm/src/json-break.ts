const STRING = /[ \t\r\n]*"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SCALAR = new RegExp(
  `${STRING.source}|[ \\t\\r\\n]*(?:-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null)`,
  'y',
);

/** Where a text stops being JSON, and at what. JSON.parse itself leaves the place out of most of its messages. */
export function describeJsonBreak(text: string): string {
  let offset = 0;

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const found = pattern.test(text);
    if (found) offset = pattern.lastIndex;
    return found;
  };
  const takeItems = (takeItem: () => boolean, end: RegExp): boolean => {
    if (take(end)) return true;
    do {
      if (!takeItem()) return false;
    } while (take(/[ \t\r\n]*,/y));
    return take(end);
  };
  const takeValue = (): boolean => {
    if (take(/[ \t\r\n]*\[/y)) return takeItems(takeValue, /[ \t\r\n]*\]/y);
    if (take(/[ \t\r\n]*\{/y)) return takeItems(takeField, /[ \t\r\n]*\}/y);
    return take(SCALAR);
  };
  const takeField = (): boolean => take(STRING) && take(/[ \t\r\n]*:/y) && takeValue();

  takeValue();
  take(/[ \t\r\n]*/y);

  const linesBefore = text.slice(0, offset).split('\n');
  const place = `line ${linesBefore.length}, column ${(linesBefore.at(-1) ?? '').length + 1}`;
  const character = text.slice(offset, offset + 1);
  return character === '' ? `the text ends too early, at ${place}` : `unexpected ${character} at ${place}`;
}
