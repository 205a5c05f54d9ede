import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { TokenRanks } from './token-ranks';
import { Tokenizer } from './tokenizer';

const tokenizer = new Tokenizer(
  TokenRanks.parse(readFileSync(require.resolve('gpt-tokenizer/data/o200k_base.tiktoken'))),
);

const PROSE = [
  'The quick brown fox doesn’t jump; it isn\'t "lazy", WE\'LL see. snake_case camelCase HTTPServer 3.14159 1234567',
  '今天天气很好，我们去公园散步吧。１２３、「引用」',
  'Приве́т, мир! Ελληνικά ภาษาไทย हिन्दी عربى עברית 한국어 にほんご',
  '👩‍👩‍👧‍👦 🇨🇭 e\u0301 \u200b \u0000 <|endoftext|>\r\n\r\n\t  /path//to///x ',
];
const piece = fc.oneof(
  fc.constantFrom(...PROSE.flatMap((text) => text.split(' '))),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(' ', '  ', '\n', '\r\n', "'s", '\ud800', '\udc00'),
);
const expected = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });

it.each(PROSE)('counts %j as gpt-tokenizer does', (text) => {
  expect(tokenizer.count(text)).toBe(expected(text));
});

// Not U+FEFF: gpt-tokenizer loses it where it puts bytes together.
it('counts any text as gpt-tokenizer does', () => {
  const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').replaceAll('\ufeff', ''));
  fc.assert(
    fc.property(texts, (text) => tokenizer.count(text) === expected(text)),
    { numRuns: 500 },
  );
});
