import * as fc from 'fast-check';
import { Stream } from 'openai/core/streaming';
import { SseData } from './sse-data';

const ours = (parts: readonly Buffer[]): unknown[] => {
  const found: unknown[] = [];
  const events = new SseData((data) => found.push(JSON.parse(data)));
  expect(parts.map((part) => events.read(part))).not.toContain(false);
  return found;
};

/** What OpenAI's own client makes of the same bytes. */
const theirs = async (parts: readonly Buffer[]): Promise<unknown[]> => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new Uint8Array(part));
      controller.close();
    },
  });
  const found: unknown[] = [];
  for await (const data of Stream.fromSSEResponse(new Response(body), new AbortController())) found.push(data);
  return found;
};

const chunk = (content: string) => JSON.stringify({ choices: [{ delta: { content } }] });
const events = (end: string, ...lines: readonly string[]) => Buffer.from(lines.map((line) => line + end).join(''));
const texts = ['plain', 'añ日本😀👨‍👩‍👧', '\u2028\u0000"\\/\ud83d', '\\n\\u65e5', ' data: x', '\ufeff'];
const whole = texts.flatMap((text) => [`data: ${chunk(text)}`, '']);

describe('what is found is what the client finds', () => {
  it.each<[string, Buffer]>([
    ['lines that end in LF', events('\n', ...whole)],
    ['lines that end in CR LF', events('\r\n', ...whole)],
    ['lines that end in CR', events('\r', ...whole)],
    ['no blank after the colon', events('\n', `data:${chunk('a')}`, '', `data:  ${chunk('b')}`, '')],
    ['several lines of data', events('\n', 'data: {"a":', 'data:1,', 'data', 'data: "b":2}', '')],
    ['comments and other fields', events('\n', ': wait', '', 'id: 1', 'event: x', 'data: 1', 'retry: 5', ':', '', '')],
    ['an event without its end', events('\n', 'data: 1', '', 'data: 2')],
    ['a line without its end', Buffer.from('data: 1\n\ndata: 2')],
    ['a byte order mark', events('\n', '\ufeffdata: 1', '')],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('data: "'), Buffer.from([0xff, 0xe6, 0x97]), events('\n', '"', '')]),
    ],
    ['nothing', Buffer.alloc(0)],
  ])('in %s, split at any byte', async (_, bytes) => {
    const expected = await theirs([bytes]);
    for (let at = 0; at <= bytes.length; at++) {
      expect(ours([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
    expect(ours([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('in anything, split anywhere', async () => {
    const field = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => `data: ${JSON.stringify(text)}\n`),
      fc.constantFrom('\n', '\n\n', ': comment\n', 'id: 7\n'),
    );
    const stream = fc.tuple(fc.array(field), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(40)));
    await fc.assert(
      fc.asyncProperty(stream, async ([fields, end, sizes]) => {
        // Two events in one are no JSON; here only their bounds matter.
        const text = fields.join('').replaceAll(/(data: .*\n)(?=(?:[:i].*\n)*data: )/g, '$1\n');
        const bytes = Buffer.from(text.replaceAll('\n', end));
        const cuts = sizes.reduce<number[]>((all, size) => [...all, (all.at(-1) ?? 0) + size], [0]);
        const parts = cuts.map((from, i) => bytes.subarray(from, cuts[i + 1] ?? bytes.length));
        expect(ours(parts)).toEqual(await theirs([bytes]));
      }),
    );
  });
});

describe('an event of 10 MB', () => {
  const part = Buffer.alloc(64 * 1024, 'x');

  it.each(['data: ', ': ', 'data: 1\ndata: '])('that begins with %j is given up early', (beginning) => {
    const events = new SseData(() => undefined);
    expect(events.read(Buffer.from(beginning))).toBe(true);
    let read = 0;
    while (events.read(part) && read < 160) read++;
    expect(read).toBeLessThan(20);
  });

  it('in short lines is given up as well', () => {
    const events = new SseData(() => undefined);
    const lines = Buffer.from('data: xxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(2_000));
    let read = 0;
    while (events.read(lines) && read < 200) read++;
    expect(read).toBeLessThan(40);
  });

  it('costs no more for coming byte by byte', () => {
    const events = new SseData(() => undefined);
    const byte = Buffer.from('x');
    const begun = performance.now();
    for (let i = 0; i < 500_000; i++) events.read(byte);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
