import { WellFormedPieces } from './well-formed-pieces';

const [HIGH, LOW] = ['\ud83d', '\ude00'];
const BAD = '\ufffd';

it.each([
  ['plain text as it is', ['He', 'llo \u{1f600}'], ['He', 'llo \u{1f600}', '']],
  ['a pair that comes in two', [`a${HIGH}`, `${LOW}b`], ['a', '\u{1f600}b', '']],
  ['a pair with nothing in between', [HIGH, '', LOW], ['', '', '\u{1f600}', '']],
  ['pairs in a row, each cut', [HIGH, `${LOW}${HIGH}`, LOW], ['', '\u{1f600}', '\u{1f600}', '']],
  ['a first half without its second', [`a${HIGH}`, 'b'], ['a', `${BAD}b`, '']],
  ['two first halves', [HIGH, HIGH, LOW], ['', BAD, '\u{1f600}', '']],
  ['a second half alone', [LOW, `a${LOW}b`], [BAD, `a${BAD}b`, '']],
  ['a first half at the end', [`a${HIGH}`], ['a', BAD]],
  ['NUL', ['a\0b', '\0'], [`a${BAD}b`, BAD, '']],
  ['NUL beside halves', [`\0${HIGH}`, `${LOW}\0`], [BAD, `\u{1f600}${BAD}`, '']],
])('%s', (_what, given, made) => {
  const pieces = new WellFormedPieces();
  expect([...given.map((piece) => pieces.next(piece)), pieces.rest()]).toEqual(made);
  expect(pieces.rest()).toBe('');
});
