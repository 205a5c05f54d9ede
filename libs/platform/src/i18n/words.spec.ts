import { reasonTexts } from './texts';
import { errorWords, pickLocale, reasonWords } from './words';

describe('pickLocale', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh-Hans;q=0.6', 'zh'],
    ['fr-FR, de', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0', 'en'],
    ['zh;q=rubbish', 'en'],
    ['*', 'en'],
    ['zhx', 'en'],
  ] as const)('%s asks for %s', (header, locale) => {
    expect(pickLocale(header, 'en')).toBe(locale);
  });
});

describe('words', () => {
  it('fills the blanks', () => {
    expect(reasonWords('length', { min: 3, max: 50 }, 'en')).toBe('must have 3 to 50 characters');
    expect(reasonWords('length', { min: 3, max: 50 }, 'zh')).toBe('长度必须为 3 到 50 个字符');
  });

  it('prefers the reason to the kind', () => {
    expect(errorWords({ kind: 'malformed', reason: undefined, params: {} }, 'en')).toBe('The request cannot be read');
    expect(errorWords({ kind: 'malformed', reason: 'body_not_json', params: {} }, 'en')).toBe(
      'The body is not valid JSON',
    );
  });

  it('has the same blanks in both languages', () => {
    const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const text of Object.values(reasonTexts)) expect(blanks(text.zh)).toEqual(blanks(text.en));
  });
});
