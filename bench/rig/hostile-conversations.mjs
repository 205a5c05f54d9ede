import { randomBytes } from 'node:crypto';

const MB = 1024 * 1024;

/** Of one conversation: most are short, a few are nearly as long as one may be. */
const USUAL = { messages: 20, bytes: 4_000 };
const LONG = { messages: 200, bytes: 40_000 };
const LONGEST = { messages: 75, bytes: 200_000 };
const LONG_EVERY = 60;
const LONGEST_EVERY = 1000;

const latin = (bytes) =>
  randomBytes(bytes * 0.75)
    .toString('base64')
    .replaceAll(/[+/]/g, ' ');
const chinese = (bytes) =>
  Buffer.from(
    new Uint16Array(randomBytes(bytes).buffer, 0, bytes / 3).map((unit) => 0x4e00 + (unit & 0x3fff)).buffer,
  ).toString('utf16le');
/** In memory two bytes for each, on disk one. */
const widened = (bytes) => `…${latin(bytes - 4)}`;

const chain = (count, textAt) =>
  Array.from({ length: count }, (none, place) => ({
    ...{ id: `${place}`, parent_id: place === 0 ? null : `${place - 1}` },
    ...{ role: place % 2 === 0 ? 'user' : 'assistant', content: textAt(place) },
  }));

/** Each in a way of its own as much as one conversation may be, also as we export it, by its title. */
export const HOSTILE = {
  'fifty huge messages': () => chain(50, () => widened(324_000)),
  'the longest messages': () => chain(15, () => widened(1_000_000)),
  'forty thousand tiny messages': () => chain(40_000, (place) => String(place % 10)),
  'a comb of branches': () =>
    chain(40_000, () => 'a').map((message, place) => ({ ...message, parent_id: place === 0 ? null : '0' })),
};

/** Of which the import says so: it is longer than a message may be, and nearly as long as a conversation. */
export const REFUSED = { 'a single message of 16 MB': () => chain(1, () => widened(15.9 * MB)) };

const documentOf = (id, title, messages) => {
  const created_at = new Date().toISOString();
  return JSON.stringify({ id, title, created_at, messages });
};

function usual(count) {
  const { messages, bytes } = count % LONGEST_EVERY === 1 ? LONGEST : count % LONG_EVERY === 1 ? LONG : USUAL;
  const text = (place) => (place % 4 < 3 ? latin : chinese)(bytes);
  return documentOf(`bench-${count}`, `Conversation ${count}`, chain(messages, text));
}

/** A list of conversations, of at least so many bytes. */
export async function* conversations(bytes) {
  let sent = 0;
  for (const [title, messages] of Object.entries({ ...HOSTILE, ...REFUSED })) {
    const text = Buffer.from((sent === 0 ? '[' : ',\n') + documentOf(title, title, messages()));
    sent += text.length;
    yield text;
  }
  for (let count = 1; sent < bytes; count++) {
    const text = Buffer.from(`,\n${usual(count)}`);
    sent += text.length;
    yield text;
  }
  yield Buffer.from(']');
}
