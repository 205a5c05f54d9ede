import { MALFORMED, readAskRequest } from './ask-request';

const field = (number: number, value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2, Buffer.from(value).length]), Buffer.from(value)]);
const NOTHING = { prompt: '', conversation_id: '', parent_id: '' };

it('reads what is there, the last of what is there twice, and passes over what it does not know', () => {
  expect(readAskRequest(Buffer.alloc(0))).toEqual(NOTHING);
  const all = Buffer.concat([field(3, 'p'), field(1, 'x'), field(2, 'c'), field(1, Buffer.from('Hé 😀 \ufffd'))]);
  expect(readAskRequest(all)).toEqual({ prompt: 'Hé 😀 \ufffd', conversation_id: 'c', parent_id: 'p' });
  const unknown = [
    ...field(4, '\u00ff'),
    ...[0x08, 0xff, 0x01],
    ...[0x09, 1, 2, 3, 4, 5, 6, 7, 8],
    ...[0x0d, 1, 2, 3, 4],
    ...[0xf8, 0xff, 0xff, 0xff, 0x0f, 0x00],
  ];
  expect(readAskRequest(Buffer.from([...unknown, ...field(1, 'Hi')]))).toEqual({ ...NOTHING, prompt: 'Hi' });
});

it('reads long texts', () => {
  const bytes = Buffer.concat([Buffer.from([0x0a, 0xac, 0x02]), Buffer.from('x'.repeat(300))]);
  expect(readAskRequest(bytes)).toMatchObject({ prompt: 'x'.repeat(300) });
});

it.each([
  ['what is no UTF-8', field(1, Buffer.from([0x61, 0xff]))],
  ['a lone surrogate', field(1, Buffer.from([0xed, 0xa0, 0x80]))],
  ['a text that is cut off', field(1, 'Hello').subarray(0, 4)],
  ['a length without a text', Buffer.from([0x0a])],
  ['a length that is none', Buffer.from([0x0a, ...Array<number>(11).fill(0xff)])],
  ['half a number', Buffer.from([0x08, 0xff])],
  ['a number without end', Buffer.from([0x08, ...Array<number>(20).fill(0xff)])],
  ['a group', Buffer.from([0x0b, 0x0c])],
  ['half of eight bytes', Buffer.from([0x09, 1, 2, 3])],
])('does not read %s', (_name, bytes) => {
  expect(readAskRequest(bytes)).toBe(MALFORMED);
});
