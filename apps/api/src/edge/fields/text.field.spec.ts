import { codePoints, isWellFormedText, textRule } from './text.field';

describe('codePoints', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['你好', 2],
    ['👍🏽', 2],
    ['a\uD83D\uDE00b', 3],
  ])('%j has %d', (text, count) => {
    expect(codePoints(text)).toBe(count);
    expect(codePoints(text)).toBe([...text].length);
  });
});

describe('isWellFormedText', () => {
  it.each([
    ['plain', true],
    ['控制\u0007\u001b[31m\n\t', true],
    ['👨‍👩‍👧 e\u0301', true],
    ['\u{1F4A9}\u{10000}\u{10FFFD}', true],
    ['a\0b', false],
    ['\uD800', false],
    ['x\uDC00', false],
    ['\uFDD0', false],
    ['\uFFFE', false],
    ['\uFFFF', false],
    ['\u{1FFFE}', false],
    ['\u{10FFFF}', false],
    ['\uFFFD', true],
  ])('%j is %s', (text, expected) => {
    expect(isWellFormedText(text)).toBe(expected);
  });

  it('knows all 66 non-characters and no other', () => {
    const refused: number[] = [];
    for (let point = 1; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      if (!isWellFormedText(String.fromCodePoint(point))) refused.push(point);
    }
    expect(refused).toHaveLength(66);
  });
});

describe('textRule', () => {
  const rule = textRule(3, 5);

  it.each([
    ['abc', undefined],
    ['👍👍👍👍👍', undefined],
    ['ab', 'length'],
    ['abcdef', 'length'],
    ['   ', 'must_not_be_blank'],
    ['', 'must_not_be_blank'],
    [undefined, 'required'],
    [null, 'required'],
    [5, 'must_be_string'],
    [['abc'], 'must_be_string'],
    [{}, 'must_be_string'],
    ['ab\0', 'must_be_well_formed_text'],
  ])('%j: %s', (value, reason) => {
    expect(rule(value)?.reason).toBe(reason);
  });
});
