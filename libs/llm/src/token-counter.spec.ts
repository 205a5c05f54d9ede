import { TokenCounter } from './token-counter';

const counter = new TokenCounter();
const count = (text: string) => counter.count(text);

beforeAll(() => count('load'));

describe('TokenCounter', () => {
  it.each([
    ['', 0],
    ['Hello, world!', 4],
    ['What is the weather like today in Bern?', 9],
    ['你好，世界', 3],
    ['😀', 1],
  ])('counts %j', async (text, tokens) => {
    expect(await count(text)).toBe(tokens);
  });

  it.each(['<|endoftext|>', '<|im_start|>system<|im_sep|>', 'a<|endofprompt|>b', '\ud800', '\u0000', '\ufeff'])(
    'takes %j for the letters it is written with',
    async (text) => {
      expect(await count(text)).toBeGreaterThan(0);
    },
  );

  it('counts what is around messages as well', async () => {
    const [brief, hi] = [await count('Be brief'), await count('Hi')];
    const messages = [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Hi' },
    ] as const;
    expect(await counter.countMessages(messages)).toBe(brief + 4 + hi + 4 + 3);
    expect(await counter.countMessages([])).toBe(3);
  });

  it.each([
    ['equal letters', 'a'.repeat(10_000), 1_250],
    ['Chinese without a stop', '你好世界今天天气'.repeat(1_250), 6_250],
    ['emoji', '😀'.repeat(10_000), 10_000],
    ['combining marks', 'a\u0301'.repeat(10_000), 20_000],
  ])('counts 10,000 %s as exactly as the tokenizer does, but soon', async (_, text, tokens) => {
    const begun = performance.now();
    expect(await count(text)).toBe(tokens);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it.each([
    ['letters', 'a'],
    ['signs', '!'],
    ['blanks', ' '],
    ['line breaks', '\n'],
    ['digits', '7'],
    ['prose', 'The quick brown fox jumps over the lazy dog. '],
    ['Chinese prose', '今天天气很好，我们去公园散步吧。'],
    ['letters that make no words', Array.from({ length: 5_003 }, (_, i) => 'qxzvkjwp'[(i * i * 7 + i) % 8]).join('')],
  ])('counts a megabyte of %s before anyone notices', async (_, part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const tenth = part.repeat(Math.ceil(100_000 / part.length));
    const begun = performance.now();
    const tokens = await count(text);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(tokens / (await count(tenth))).toBeCloseTo(10, 0);
  });
});
