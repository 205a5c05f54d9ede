import fc from 'fast-check';
import { StreamReader } from './answer-reader';
import { relayReader } from './relay-reader';

interface Delta {
  readonly content?: unknown;
  readonly role?: string;
}

const event = (delta: Delta, rest: object = {}, choice: object = { finish_reason: null }) =>
  JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, ...choice }], ...rest });

const read = (events: readonly string[]) => {
  const reader = new StreamReader();
  const texts = events.map((json) => reader.read(Buffer.from(`data: ${json}\n\n`)));
  return { texts, reader };
};

const texts = fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'content', 'x', '"', '\\', '\n', '~')),
);

describe('a stream whose events differ in their text alone', () => {
  it('has the texts that a parser finds, whatever they are', () => {
    fc.assert(
      fc.property(texts, (pieces) => {
        const wellFormed = pieces.map((piece) => piece.toWellFormed());
        expect(read(wellFormed.map((content) => event({ content }))).texts).toEqual(wellFormed);
      }),
    );
  });

  it('has them also where the upstream escapes what it need not', () => {
    const escaped = event({ content: 'é' }).replace('é', '\\u00e9');
    expect(read([event({ content: 'a' }), escaped, event({ content: 'b' })]).texts).toEqual(['a', 'é', 'b']);
  });
});

describe('events that come together', () => {
  const contents = ['a', 'plain', 'añ日本😀👨‍👩‍👧', '"', '\\', '\u2028', 'data: x', '', '\ufeff', 'b'];
  const said = contents.join('');
  const others = [': wait\n\n', 'event: x\n', 'id: 1\n'];

  it.each([
    ['lines that end in LF', 'data: ', '\n'],
    ['lines that end in CR LF', 'data: ', '\r\n'],
    ['lines that end in CR', 'data: ', '\r'],
    ['no blank after the colon', 'data:', '\n'],
  ])('are read and passed on alike with %s, split at any byte', (_, field, lineEnd) => {
    const told = contents.map((content) => `${field}${event({ content })}\n\n`);
    const sent = told.flatMap((frame, index) => [frame, others[index] ?? '']).join('');
    const bytes = Buffer.from(sent.replaceAll('\n', lineEnd));
    const passedOn = told.join('').replaceAll(/^data: ?/gm, 'data: ');
    for (let at = 0; at <= bytes.length; at++) {
      const parts = [bytes.subarray(0, at), bytes.subarray(at)];
      const [reader, relayed] = [new StreamReader(), relayReader(false, true, true)];
      expect(parts.map((part) => reader.read(part)).join('')).toBe(said);
      expect(
        parts
          .map((part) => relayed.read(part))
          .join('')
          .replaceAll(/^data: ?/gm, 'data: '),
      ).toBe(passedOn);
      expect(relayed.said).toBe(said);
    }
  });

  it('are not looked for in the middle of another', () => {
    const lines = [`data: ${event({ content: 'a' })}`, '', 'data: {"choices":', `data: ${event({ content: 'b' })}`, ''];
    const reader = new StreamReader();
    expect(reader.read(Buffer.from(lines.join('\n') + '\n'))).toBe('a');
    expect(reader.failure).toMatchObject({ reason: 'broken_off' });
  });

  it('are nothing behind the end', () => {
    const a = `data: ${event({ content: 'a' })}\n\n`;
    const reader = new StreamReader();
    expect(reader.read(Buffer.from(`${a}${a}data: [DONE]\n\n${a}`))).toBe('aa');
    expect(reader.isDone).toBe(true);
  });
});

describe('whatever else an event tells', () => {
  it('is heard behind any number of others', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const { texts: heard, reader } = read([
      event({ role: 'assistant', content: '' }),
      event({ content: 'stop' }),
      event({ content: 'a' }),
      event({ content: 'b' }, { usage: null }),
      event({ content: 'c' }, {}, { finish_reason: 'length' }),
      JSON.stringify({ id: 'x', choices: [], usage }),
    ]);
    expect(heard).toEqual(['', 'stop', 'a', 'b', 'c', '']);
    expect(reader).toMatchObject({ finishReason: 'length', usage: { promptTokens: 3, completionTokens: 2 } });
  });

  it('is never taken for text', () => {
    const hidden = (content: string) => `{"a":"word","choices":[{"delta":{"content":"${content}"},"b":"word"}]}`;
    expect(read([hidden('word'), hidden('word'), hidden('other'), '{"a":"new","choices":[]}']).texts).toEqual([
      ...['word', 'word', 'other', ''],
    ]);
  });

  it('may change each time', () => {
    const contents = Array.from({ length: 20 }, (_none, index) => String(index));
    expect(read(contents.map((content) => event({ content }, { obfuscation: content.repeat(3) }))).texts).toEqual(
      contents,
    );
  });

  it('ends the stream where it is no JSON, though it looks like the others', () => {
    const { texts: heard, reader } = read([
      event({ content: 'a' }),
      event({ content: 'b' }).replace('"b"', '"b\u0001"'),
    ]);
    expect(heard).toEqual(['a', '']);
    expect(reader.failure).toMatchObject({ reason: 'broken_off' });
  });
});
