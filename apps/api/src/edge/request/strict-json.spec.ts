import { AppError } from '#kernel';
import { parseJsonObject } from './strict-json';

const read = (text: string): unknown => parseJsonObject(Buffer.from(text));

function refusal(text: string | Uint8Array): string {
  try {
    parseJsonObject(typeof text === 'string' ? Buffer.from(text) : text);
  } catch (error) {
    if (error instanceof AppError) return `${error.kind} ${error.reason ?? error.issues[0]?.reason ?? ''}`;
    throw error;
  }
  return 'read';
}

describe('parseJsonObject', () => {
  it.each([
    ['{}', {}],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['{"a":"\\"}{[,:","b":[{"a":1},{"a":2}],"c":{"a":null}}', { a: '"}{[,:', b: [{ a: 1 }, { a: 2 }], c: { a: null } }],
    ['{"a":"\\\\","b":"\\\\\\""}', { a: '\\', b: '\\"' }],
    ['{"你好":"世界🌍"}', { 你好: '世界🌍' }],
    ['{"a":["b","b","b"]}', { a: ['b', 'b', 'b'] }],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['', 'malformed body_not_json'],
    ['{"a":1,}', 'malformed body_not_json'],
    ["{'a':1}", 'malformed body_not_json'],
    ['{"a":NaN}', 'malformed body_not_json'],
    ['[]', 'malformed body_not_object'],
    ['null', 'malformed body_not_object'],
    ['"text"', 'malformed body_not_object'],
    ['{"a":1,"a":2}', 'malformed field_given_twice'],
    ['{"a":1,"\\u0061":2}', 'malformed field_given_twice'],
    ['{"b":[{"a":1,"a":2}]}', 'malformed field_given_twice'],
    ['{"__proto__":{"is_vip":true}}', 'invalid unknown_field'],
    ['{"a":{"\\u005f_proto__":1}}', 'invalid unknown_field'],
    ['{"constructor":{}}', 'invalid unknown_field'],
    [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'malformed body_too_complex'],
    [`{${Array.from({ length: 10_001 }, (_, i) => `"${i}":0`).join()}}`, 'malformed body_too_complex'],
  ])('refuses %s', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('refuses what is not UTF-8', () => {
    const bytes = Buffer.from('{"a":"x"}');
    bytes[6] = 0xff;
    expect(refusal(bytes)).toBe('malformed body_not_utf8');
    expect(refusal(Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))).toBe(
      'malformed body_not_utf8',
    );
  });

  it('does not quote the body', () => {
    expect(() => read('{"password":"hunter2",}')).not.toThrow(/hunter2/);
  });
});
