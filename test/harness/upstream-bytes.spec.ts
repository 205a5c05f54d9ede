import { raw, says, startUpstream, type Answer, type Upstream, type Usage } from './upstream';
import { eventsIn, readAll, UpstreamClient } from './upstream-client';

let upstream: Upstream;
let client: UpstreamClient;

beforeAll(async () => {
  upstream = await startUpstream();
  client = new UpstreamClient(upstream.baseUrl);
});
beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

const usage: Usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };

describe('bytes on the wire', () => {
  const plain = says('Hel', 'lo 日本 😀', { usage });
  const styled = (style: Answer['style']): Answer => ({ ...plain, style: { usage, ...style } });
  const sameId = (chunks: Buffer[]) =>
    Buffer.concat(chunks)
      .toString()
      .replaceAll(/chatcmpl-\d/g, 'id');
  const normal = async () => {
    upstream.answers(plain);
    return sameId(await client.readChunks());
  };

  it('come piece by piece', async () => {
    upstream.answers(plain);
    const chunks = await client.readChunks();
    expect(chunks.map((chunk) => eventsIn(chunk.toString()).length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('can all come together', async () => {
    upstream.answers(styled({ writes: 'together' }));
    const chunks = await client.readChunks();
    expect(chunks).toHaveLength(1);
    expect(sameId(chunks)).toBe(await normal());
  });

  it('can come together up to the next wait', async () => {
    const gate = upstream.gate();
    gate.open();
    upstream.answers(says('a', 'b', gate, 'c', { writes: 'together' }));
    const chunks = await client.readChunks();
    expect(chunks.map((chunk) => eventsIn(chunk.toString()).length)).toEqual([3, 3]);
  });

  it('can come one by one', async () => {
    upstream.otherwise(styled({ writes: 'byte by byte' }));
    const chunks = await client.readChunks();
    expect(chunks.every((chunk) => chunk.length === 1)).toBe(true);
    expect(sameId(chunks)).toBe(await normal());
    expect((await readAll(await client.stream())).text).toBe('Hello 日本 😀');
    expect((await client.complete()).choices[0]?.message.content).toBe('Hello 日本 😀');
  });

  it('may end their lines with CRLF', async () => {
    upstream.otherwise(styled({ lineEnd: '\r\n' }));
    const body = Buffer.concat(await client.readChunks()).toString();
    expect(body.match(/\r\n\r\n/g)).toHaveLength(6);
    expect(body.match(/(?<!\r)\n/g)).toBeNull();
    expect((await readAll(await client.stream())).text).toBe('Hello 日本 😀');
  });

  it('may be what nobody expects', async () => {
    upstream.otherwise(says(raw(': ping\n\n'), 'a', raw(Buffer.from(':\n\n')), 'b'));
    const events = eventsIn(Buffer.concat(await client.readChunks()).toString());
    expect([events[0], events[3]]).toEqual([': ping', ':']);
    expect(await readAll(await client.stream())).toMatchObject({ text: 'ab', finish: 'stop' });
  });

  it('may be a line that is not JSON, or an error', async () => {
    upstream.answers(
      says('a', raw('data: {"id":\n\n'), 'b'),
      says('a', raw('data: {"error":{"message":"overloaded"}}\n\n'), 'b'),
    );
    expect(await readAll(await client.stream())).toMatchObject({ text: 'a', error: expect.any(SyntaxError) });
    expect(await readAll(await client.stream())).toMatchObject({
      text: 'a',
      error: { error: { message: 'overloaded' } },
    });
  });
});
