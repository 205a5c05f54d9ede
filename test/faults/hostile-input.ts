import fc from 'fast-check';
import { newId } from '#kernel';
import type { Route } from '../factories/routes';

/** What a fuzzer sends; `path` and `headers` are fit for the wire, whatever they mean. */
export interface HostileRequest {
  readonly route: Route;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What is longer, with its headers, is refused before anybody knows for which route. */
const LONGEST_PATH = 12_000;
const TEXTS = [
  ...[
    '',
    ' ',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '`',
    ';',
    "' OR 1=1 --",
    '1; DROP TABLE users',
    '${7*7}',
    '{{7*7}}',
    '../../etc/passwd',
    'C:\\x',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00\ud800',
    '\ufffe',
    '\u202eevil',
    '\u200b',
    '\u0007\u001b[31m',
    'a\r\nSet-Cookie: x=1',
    '<script>alert(1)</script>',
  ],
  ...[
    '😀',
    '会话',
    'é',
    'e\u0301',
    `a${'\u0301'.repeat(1000)}`,
    'x'.repeat(201),
    'x'.repeat(10_001),
    '"unbalanced',
    'a* OR b NEAR c',
    'NULL',
    'undefined',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'true',
    '0',
    '-1',
    '1.5',
    '1e309',
    'NaN',
    '9007199254740993',
    '99999999999999999999',
    '0x10',
    '１２',
  ],
  ...[
    '2026-13-45',
    '2026-02-30T25:00:00Z',
    '0000-00-00',
    '+275760-09-13T00:00:00.001Z',
    '2026-11-29',
    'eyJhbGciOiJub25lIn0.e30.',
    'sk-x',
  ],
];
const VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  -(2 ** 53),
  [],
  {},
  [[]],
  [null],
  { a: { a: {} } },
  ['x', 'x'],
];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  ...[
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'application/json; charset=utf-16',
    ';;',
    'application/json, text/plain',
  ].map((type) => ({ 'content-type': type })),
  ...['gzip', 'br', 'identity, gzip', 'x'].map((encoding) => ({ 'content-encoding': encoding })),
  ...['zh-CN', '*', 'xx;q=9', '-'.repeat(500), 'en;q=0'].map((language) => ({ 'accept-language': language })),
  ...['image/png', 'text/event-stream', '*/*;q=x'].map((accept) => ({ accept })),
  { 'last-event-id': '-1' },
  { 'last-event-id': '99999999999999999999' },
  { 'idempotency-key': ' ' },
  { 'idempotency-key': 'k'.repeat(300) },
  { 'idempotency-key': 'é' },
  { range: 'bytes=9-1,0-' },
  { 'if-none-match': '"' },
  { 'x-forwarded-for': "1'2, ::, 256.1.1.1" },
  { 'x-request-id': '\t' },
  { 'x-share-password': 'x'.repeat(2000) },
  { 'x-conversation-id': "' OR 1=1" },
];

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const value = fc.oneof(text, fc.constantFrom<unknown>(...VALUES), fc.jsonValue({ maxDepth: 3 }));

/** Requests near enough to those that are right to come far: each is a right one, hurt in one or two places. */
export function hostileRequests(routes: readonly Route[], ids: readonly string[]): fc.Arbitrary<HostileRequest> {
  const id = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, fc.constant(newId()), text);
  return fc.constantFrom(...routes).chain((route) =>
    fc.record({
      route: fc.constant(route),
      path: fc
        .tuple(
          fc.array(id, { minLength: route.parameters.length, maxLength: route.parameters.length }),
          queryOf(route, id),
        )
        .map(([values, query]) => filled(route.path, values) + query)
        .filter(({ length }) => length <= LONGEST_PATH),
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, fc.constantFrom(...HEADERS)),
      body: bodyOf(route, id),
    }),
  );
}

function queryOf({ queries }: Route, id: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const name = queries.length > 0 ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...queries) }, text) : text;
  return fc
    .array(fc.tuple(name, fc.oneof(text, id)), { maxLength: 3 })
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.map(escaped).join('=')).join('&')}`));
}

function bodyOf({ body, fields }: Route, id: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  if (body === undefined) return fc.constantFrom(undefined, undefined, '', '{}', 'x');
  const field = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('x', ...fields) }, text);
  const hurt = fc.array(fc.tuple(field, fc.oneof(value, id)), { maxLength: 2 }).map((changes) => {
    const changed = Object.entries({ ...body }).filter(([key]) => !changes.some(([other]) => other === key));
    return `{${[...changed, ...changes].map(([key, it]) => `${JSON.stringify(key)}:${JSON.stringify(it)}`).join(',')}}`;
  });
  const broken = fc.tuple(hurt, fc.nat()).map(([whole, at]) => whole.slice(0, at % (whole.length + 1)));
  return fc.oneof({ weight: 6, arbitrary: hurt }, broken, fc.json(), fc.constantFrom(undefined, '', '[]', '1', '[['));
}

function filled(template: string, values: readonly string[]): string {
  const left = [...values];
  return template.replace(/\{\w+\}/g, () => escaped(left.shift() ?? '') || '%20');
}

/** Lone surrogates have no UTF-8: they go out as others would write them. */
function escaped(word: string): string {
  return encodeURIComponent(word.replace(/\p{Surrogate}/gu, '\u0001'))
    .replaceAll('%01', '%ED%A0%80')
    .replace(/^\.+$/, '%2E');
}
