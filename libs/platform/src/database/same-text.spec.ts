import { sameList, sameText } from './same-text';

const between = (left: string, right: string) => sameText`SELECT ${left} FROM ${right} WHERE \`a\` = ?`;

it.each([
  ['a', 'b'],
  ['a', 'c'],
  ['ab', ''],
  ['', 'ab'],
  ['a', 'b'],
])('makes of %j and %j what the template says', (left, right) => {
  expect(between(left, right)).toBe(`SELECT ${left} FROM ${right} WHERE \`a\` = ?`);
});

it('knows templates apart that have the same pieces', () => {
  expect([sameText`${'a'}-${'b'}`, sameText`${'a'}+${'b'}`, sameText`${'a'}`]).toEqual(['a-b', 'a+b', 'a']);
});

it('makes lists of any length, also of the beginning of another', () => {
  const lists = [['a', 'b', 'c'], ['a', 'b'], ['a'], ['b'], [], ['a', 'b', 'c', 'd'], ['a,\nb']];
  expect(lists.map(sameList)).toEqual(lists.map((pieces) => pieces.join(',\n')));
});
