import { containing, searchText } from './search-text';

it.each([
  ['case', 'Straße', 'STRASSE', 'strasse'],
  ['width', 'ＡＢＣ１２３', 'abc123'],
  ['composition', 'Zoë', 'Zoe\u0308'],
  ['ligatures', 'ﬁle', 'FILE'],
  ['sigmas', 'ΟΔΟΣ', 'οδος', 'οδοσ'],
  ['Turkish i', 'İstanbul', 'istanbul'],
])('finds whatever its %s', (_, ...texts) => {
  expect(new Set(texts.map(searchText)).size).toBe(1);
});

it('keeps what people tell apart', () => {
  expect(searchText('résumé 简体 繁體')).toBe('résumé 简体 繁體');
});

it.each([
  ['50%', '%50!%%'],
  ['a_b', '%a!_b%'],
  ['wow!', '%wow!!%'],
  [`'"\\`, `%'"\\%`],
  // Full-width signs become their plain twins, which then stand for themselves as well.
  ['％', '%!%%'],
])('takes %s literally', (part, pattern) => {
  expect(containing(part)).toBe(pattern);
});
