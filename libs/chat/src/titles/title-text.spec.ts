import { titleFrom, titleIn, titlePrompt } from './title-text';

describe('a title made by a model', () => {
  it.each([
    ['Trip to Rome', 'Trip to Rome'],
    ['  "Trip to Rome."\n', 'Trip to Rome'],
    ['“Trip to Rome”', 'Trip to Rome'],
    ['《罗马之旅》。', '罗马之旅'],
    ['「ローマ旅行」', 'ローマ旅行'],
    ['Trip\r\n\tto\u2028Rome', 'Trip to Rome'],
    ['O’Neill’s plan', 'O’Neill’s plan'],
    ['\u0007Bell\u001b[31m', 'Bell [31m'],
    ['Half \ud83d', 'Half \ufffd'],
  ])('%j is %j', (text, title) => expect(titleIn(text)).toBe(title));

  it.each(['', ' \n ', '""', '。', '"."'])('%j is none', (text) => expect(titleIn(text)).toBeUndefined());

  it('is at most 80 characters long', () => {
    expect(titleIn('x'.repeat(81))).toBe('x'.repeat(80));
    expect(titleIn('\u{1f600}'.repeat(81))).toBe('\u{1f600}'.repeat(80));
  });
});

it('a title from the question is its beginning, on one line', () => {
  expect(titleFrom('How\n\nare you?')).toBe('How are you?');
  expect(titleFrom(`\u{1f600}${'x'.repeat(200)}`)).toBe(`\u{1f600}${'x'.repeat(79)}`);
});

it('the model reads no more of the exchange than tells what it is about', () => {
  const [system, user] = titlePrompt('q'.repeat(10_000), 'a'.repeat(10_000));
  expect([system?.role, user?.role]).toEqual(['system', 'user']);
  expect(user?.content).toBe(`${'q'.repeat(2_000)}\n\n---\n\n${'a'.repeat(2_000)}`);
});
