import { snippetOf } from './snippet';

const marked = (content: string, query: string): string =>
  snippetOf(content, query)
    .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
    .join('');

it.each([
  ['Paris in May', 'paris', '[Paris] in May'],
  ['今天天气很好', '天气', '今天[天气]很好'],
  ['東京タワー', 'ﾀﾜｰ', '東京[タワー]'],
  ['안녕하세요'.normalize('NFD'), '하세', `안녕[하세]요`.normalize('NFD')],
  ['un cafe\u0301 noir', 'CAFÉ', 'un [cafe\u0301] noir'],
  ['un café noir', 'cafe\u0301', 'un [café] noir'],
  ['cafe\u0301 cafe', 'cafe', 'cafe\u0301 [cafe]'],
  ['Die STRASSE', 'straße', 'Die [STRASSE]'],
  ['ﬁnd ﬁne', 'in', '[ﬁn]d [ﬁn]e'],
  ['İstanbul', 'istanbul', '[İstanbul]'],
  ['ΟΔΟΣ', 'οδός', 'ΟΔΟΣ'],
  ['we 👩‍👩‍👧 go', '👩', 'we [👩‍👩‍👧] go'],
  ['a b a', 'a', '[a] b [a]'],
  ['aaaa', 'aa', '[aa][aa]'],
  ['100% of _it_', '%', '100[%] of _it_'],
])('%s holds %s', (content, query, expected) => {
  expect(marked(content, query)).toBe(expected);
});

it('shows the surroundings of the first hit in a long text', () => {
  const long = `${'前 '.repeat(30_000)}find me${' 后'.repeat(30_000)}`;
  const shown = marked(long, 'FIND');
  expect(shown).toMatch(/^….{50,70}\[find\] me.{100,150}…$/);
  expect(marked(`${'x'.repeat(251)}needle`, 'needle')).toMatch(/^…x+\[needle\]$/);
  expect(marked(`${'e\u0301'.repeat(5_000)}!`, '!')).toMatch(/^…(e\u0301)+\[!\]$/);
});

it('is never cut through a character', () => {
  for (let before = 55; before < 66; before++) {
    const content = `${'👩‍👩‍👧'.repeat(20)}${'.'.repeat(before)}hit${'🎉'.repeat(150)}`;
    const shown = snippetOf(content, 'hit').map(({ text }) => text);
    expect(shown.join('')).toMatch(/^(…|👩‍👩‍👧)+\.*hit(🎉)+…$/u);
  }
});
