import fc from 'fast-check';
import { foldEmail, foldName, isEmail, usernameFault } from './names';

const CEDILLA_AND_DOTS = 'i\u0327\u0307\u0307';

describe('foldName', () => {
  it.each([
    ['case', 'Bob', 'bob', 'BOB'],
    ['composition', 'Zoë', 'Zoe\u0308', 'ZOE\u0308'],
    ['width', 'Bob', 'Ｂｏｂ', 'ｂＯＢ'],
    ['sharp s', 'straße', 'STRASSE', 'STRAẞE', 'ſtraſſe'],
    ['ligatures', 'office', 'oﬃce', 'oﬀice'],
    ['signs that are letters', 'kilo Å', 'Kilo Å', 'kilo a\u030a'],
    ['sigmas', 'ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['Turkish i', 'ISIK', 'ısık', 'İSİK', 'i̇sik'],
    ['iota subscript', 'ᾳδης', 'ΑΙΔΗΣ', 'αιδης'],
    ['circled and raised digits', 'a12', 'a①²'],
    ['Cherokee', 'ꭰꭱ', 'ᎠᎡ'],
  ])('makes one of %s', (_, ...names) => {
    expect(new Set(names.map(foldName)).size).toBe(1);
  });

  it.each([
    ['bob', 'b0b'],
    ['bob', 'bоb'],
    ['zoe', 'zoë'],
    ['a.b', 'ab'],
    ['李雷', '李蕾'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  it('makes one of every letter in both cases and all normal forms', () => {
    const apart: string[] = [];
    for (let point = 1; point <= 0x1ffff; point++) {
      const letter = String.fromCodePoint(point);
      const forms = [letter.toUpperCase(), letter.toLowerCase(), letter.normalize('NFD'), letter.normalize('NFKC')];
      if (forms.some((form) => foldName(form) !== foldName(letter))) apart.push(letter);
    }
    expect(apart).toEqual([]);
  });

  it('folds what is folded into itself', () => {
    expect(foldName(foldName(CEDILLA_AND_DOTS))).toBe(foldName(CEDILLA_AND_DOTS));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => foldName(foldName(text)) === foldName(text)),
      { numRuns: 2_000 },
    );
  });
});

describe('usernameFault', () => {
  it.each([
    'bob',
    'Bob_the-builder.2',
    '王小明',
    '李雷雷',
    'Ζωή',
    'Zoe\u0308',
    'हिन्दी',
    'ภาษาไทย',
    'عربية',
    'עִבְרִית',
    'Ｂｏｂ',
    'a①②',
    '𠮷𠮷𠮷',
    '...',
    'a'.repeat(50),
    '𠮷'.repeat(50),
  ])('finds none in %s', (name) => {
    expect(usernameFault(name)).toBeUndefined();
  });

  it.each([
    ['two characters', 'ab'],
    ['two characters of four units', '𠮷𠮷'],
    ['nothing', ''],
    ['51 characters', 'a'.repeat(51)],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['two letters once composed', 'Ze\u0308'],
    ['two letters once folded', 'i\u0307a'],
    ['more than 50 once ligatures are taken apart', 'ﷺ'.repeat(3)],
    ['more than 50 once sharp s is folded', 'ß'.repeat(26)],
  ])('refuses %s for its length', (_, name) => {
    expect(usernameFault(name)).toEqual({ reason: 'length', params: { min: 3, max: 50 } });
  });

  it.each([
    ['a space', 'bob smith'],
    ['a line break', 'bob\n'],
    ['an at sign', 'bob@home'],
    ['a slash', '../bob'],
    ['HTML', '<b>bob'],
    ['a full-width at sign', 'bob＠home'],
    ['an emoji', 'bob👍'],
    ['NUL', 'bob\0'],
    ['a lone surrogate', 'bob\ud800'],
    ['a mark that stands on nothing', '\u0301bob'],
    ['what turns into spaces', 'bob\ufe70'],
    ['what turns into a fraction', 'bob½'],
    ['ZWSP', 'bo\u200bb'],
    ['ZWNJ', 'bo\u200cb'],
    ['ZWJ', 'bo\u200db'],
    ['LRM', 'bob\u200e'],
    ['RLM', 'bob\u200f'],
    ['ALM', 'bob\u061c'],
    ['a bidi embedding', '\u202abob'],
    ['a bidi override', '\u202ebob'],
    ['a bidi isolate', '\u2067bob\u2069'],
    ['the word joiner', 'bo\u2060b'],
    ['the BOM', '\ufeffbob'],
    ['a soft hyphen', 'bo\u00adb'],
    ['the grapheme joiner', 'bo\u034fb'],
    ['a variation selector', 'bob\ufe0f'],
    ['a variation selector of plane 14', 'bob\u{e0100}'],
    ['a tag', 'bob\u{e0062}'],
    ['the Hangul filler', 'bob\u3164'],
    ['the half-width Hangul filler', 'bob\uffa0'],
    ['a Hangul choseong filler', 'bob\u115f'],
    ['a Khmer inherent vowel', 'bob\u17b4'],
    ['a Mongolian vowel separator', 'bob\u180e'],
    ['the Braille blank', 'bob\u2800'],
    ['a hieroglyphic blank', 'bob\u{13441}'],
    ['a Khitan filler', 'bob\u{16fe4}'],
    ['a private letter', 'bob\ue000'],
  ])('refuses %s', (_, name) => {
    expect(usernameFault(name)).toEqual({ reason: 'username_characters' });
  });
});

describe('foldEmail', () => {
  it('makes one of the cases of an address', () => {
    expect(foldEmail('Bob.Smith@Example.ORG')).toBe('bob.smith@example.org');
    expect(foldEmail('BÜCHER@BÜCHER.de')).toBe(foldEmail('bu\u0308cher@bücher.DE'));
  });
});

describe('isEmail', () => {
  it.each([
    'a@b.co',
    'Bob.Smith+news@mail.example.org',
    "o'brien_#1@example.co.uk",
    '123456@qq.com',
    'x@1.example.com',
    'info@bücher.de',
    'info@xn--bcher-kva.de',
    '用户@例子.测试',
    `${'a'.repeat(64)}@example.org`,
    `a@${'b'.repeat(63)}.org`,
    `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}${'c'.repeat(6)}`,
  ])('knows %s', (text) => {
    expect(isEmail(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no at sign', 'bob.example.org'],
    ['no name', '@example.org'],
    ['no domain', 'bob@'],
    ['two at signs', 'a@b@example.org'],
    ['a domain without a dot', 'bob@localhost'],
    ['an address for a domain', 'bob@127.0.0.1'],
    ['a full-width address for a domain', 'bob@１２７.０.０.１'],
    ['an address literal', 'bob@[127.0.0.1]'],
    ['a leading dot', '.bob@example.org'],
    ['a trailing dot', 'bob.@example.org'],
    ['two dots', 'b..ob@example.org'],
    ['a dot before the domain', 'bob@.example.org'],
    ['a dot after the domain', 'bob@example.org.'],
    ['two dots in the domain', 'bob@example..org'],
    ['a label that begins with a hyphen', 'bob@-example.org'],
    ['a label that ends with a hyphen', 'bob@example-.org'],
    ['an underscore in the domain', 'bob@ex_ample.org'],
    ['broken punycode', 'bob@xn--a.org'],
    ['broken punycode in one of its labels', 'bob@mail.xn--bcher-kva8.de'],
    ['a name of 65', `${'a'.repeat(65)}@example.org`],
    ['a name of 65 bytes', `${'é'.repeat(32)}a@example.org`],
    ['a label of 64', `a@${'b'.repeat(64)}.org`],
    ['255 characters', `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}${'c'.repeat(7)}`],
    [
      'a domain too long once written in ASCII',
      `a@${'ü'.repeat(40)}.${'ü'.repeat(40)}.${'ü'.repeat(40)}.${'ü'.repeat(40)}.${'ü'.repeat(40)}.${'ü'.repeat(40)}`,
    ],
    ['a space', 'bo b@example.org'],
    ['a space around it', ' bob@example.org'],
    ['a line break', 'bob@example.org\r\nBcc: eve@example.org'],
    ['a comma', 'a@example.org,b@example.org'],
    ['a display name', 'Bob <bob@example.org>'],
    ['quotes', '"bob"@example.org'],
    ['a comment', 'bob(x)@example.org'],
    ['NUL', 'bob\0@example.org'],
    ['a zero-width space', 'bob\u200b@example.org'],
    ['a bidi override', 'bob@exam\u202eple.org'],
    ['a soft hyphen', 'bob@exam\u00adple.org'],
    ['a full-width at sign', 'bob＠example.org'],
    ['an ideographic full stop', 'bob@example。org'],
    ['a lone surrogate', 'bob\ud800@example.org'],
    ['what turns into spaces', 'bob\ufe70@example.org'],
    ['a percent sign in the domain', 'bob@ex%61mple.org'],
  ])('refuses %s', (_, text) => {
    expect(isEmail(text)).toBe(false);
  });

  it.each([
    ['dots', 'a.'.repeat(500_000)],
    ['hyphens', `a@${'a-'.repeat(500_000)}`],
    ['marks', `a${'\u0301'.repeat(1_000_000)}@b.co`],
    ['at signs', '@'.repeat(1_000_000)],
  ])('answers a megabyte of %s at once', (_, text) => {
    const started = performance.now();
    expect(isEmail(text)).toBe(false);
    expect(usernameFault(text)).toBeDefined();
    expect(performance.now() - started).toBeLessThan(100);
  });
});
