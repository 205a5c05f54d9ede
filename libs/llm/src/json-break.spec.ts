import { describeJsonBreak } from './json-break';

describe('describeJsonBreak', () => {
  it.each([
    ['', 'the text ends too early, at line 1, column 1'],
    ['[\n  {"id": "a"},\n  {"id": "b"},\n]', 'unexpected ] at line 4, column 1'],
    ['{"a": 1,}', 'unexpected } at line 1, column 9'],
    ['[1 2]', 'unexpected 2 at line 1, column 4'],
    ['[01]', 'unexpected 1 at line 1, column 3'],
    ['[-1.5e+3, true, null, "\\u00e9\\n文"', 'the text ends too early, at line 1, column 34'],
    ["[\r\n  'a'\r\n]", "unexpected ' at line 2, column 3"],
    ['// models\n[]', 'unexpected / at line 1, column 1'],
    ['{"a": "open\n}', 'unexpected " at line 1, column 7'],
    ['{"a" 1}', 'unexpected 1 at line 1, column 6'],
    ['[] []', 'unexpected [ at line 1, column 4'],
    ['[{}, [], {"a": [{}]}] x', 'unexpected x at line 1, column 23'],
  ])('%j: %s', (text, description) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(describeJsonBreak(text)).toBe(description);
  });
});
