import { newId } from '#kernel';
import { decodeCursor, encodeCursor } from './conversation-cursor';

const id = newId();
const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each([
  ['updated_at', new Date('2026-01-01T12:00:00.123Z')],
  ['created_at', new Date(0)],
  ['title', '标题 "quoted"\n👍'],
  ['title', ''],
] as const)('brings back its place in the order of %s', (sort, key) => {
  expect(decodeCursor(sort, encodeCursor(sort, { key, id }))).toEqual({ key, id });
});

it.each([
  ['nothing', ''],
  ['no JSON', 'abc'],
  ['SQL', "' OR 1=1 --"],
  ['no list', made({ sort: 'updated_at' })],
  ['null', made(null)],
  ['another sort', encodeCursor('created_at', { key: new Date(), id })],
  ['no id', made(['updated_at', 1, 'x'])],
  ['no time', made(['updated_at', 'now', id])],
  ['a time before all', made(['updated_at', -1, id])],
  ['a time after all', made(['updated_at', 1e15, id])],
  ['a time without end', Buffer.from(`["updated_at",1e999,"${id}"]`).toString('base64url')],
])('refuses %s', (_, cursor) => {
  expect(() => decodeCursor('updated_at', cursor)).toThrow(
    expect.objectContaining({ kind: 'invalid', issues: [{ field: 'cursor', reason: 'invalid' }] }),
  );
});

it.each(['a\0b', '\ud800', 5, null])('refuses %j for a title', (key) => {
  expect(() => decodeCursor('title', made(['title', key, id]))).toThrow(expect.objectContaining({ kind: 'invalid' }));
});
