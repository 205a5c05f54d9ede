import { OpenSockets } from '../../../apps/api/src/realtime/session/open-sockets';
import { eventually } from '../../harness/eventually';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { type AnySocket, ways } from './ways';

const PIECE = 'a long answer 😀 '.repeat(4_000);
const PIECES = 80;
const LENGTH = PIECE.length * PIECES;

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start();
});
afterAll(() => talk.stop());

/** Stops taking bytes from the network. */
function pause(socket: AnySocket): () => void {
  const stream =
    'say' in socket && 'io' in socket.socket
      ? (socket.socket.io.engine.transport as unknown as { ws: { _socket: NodeJS.ReadStream } }).ws._socket
      : (socket.socket as unknown as { _socket: NodeJS.ReadStream })._socket;
  stream.pause();
  return () => stream.resume();
}

it.each([ways[0], ways[2]].map((way) => way as (typeof ways)[number]))(
  'keeps no more than a little for one who does not read over $name',
  async ({ open }) => {
    talk.upstream.otherwise(says(...Array.from({ length: PIECES }, () => PIECE)));
    const slow = await open(talk.app.baseUrl, talk.alice.token);
    const conversation_id = await talk.begin();
    slow.say('chat_message', { conversation_id, content: 'Much' });
    const { message_id } = await slow.next('message_start');
    const resume = pause(slow);
    await eventually(async () => (await talk.message(message_id)).status === 'complete');
    expect((await talk.message(message_id)).content).toHaveLength(LENGTH);

    const quick = await open(talk.app.baseUrl, talk.bob.token);
    const conversation = await talk.begin({}, talk.bob);
    quick.say('chat_message', { conversation_id: conversation, content: 'Much' });
    expect((await quick.inbox.answer()).text).toHaveLength(LENGTH);
    const [session] = talk.app.nest.get(OpenSockets).of(talk.alice.id);
    expect(session?.wire.backlog).toBeGreaterThan(0);
    expect(session?.wire.backlog).toBeLessThan(400 * 1024);
    await quick.leave();

    resume();
    const { text, pieces } = await slow.inbox.answer();
    expect(text).toBe(PIECE.repeat(PIECES));
    expect(pieces.every(({ content }) => content.length <= 16 * 1024 && content.isWellFormed())).toBe(true);
    await slow.leave();
  },
);
