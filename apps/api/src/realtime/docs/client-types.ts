import { clientEvents } from '../events/client-event.request';
import type { AsyncApiDocument, EventMessage } from './asyncapi-document';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

const HEAD = `/**
 * The events of the chat backend, for clients in TypeScript; needs nothing else. Made from the code of the server.
 *
 * Socket.IO: \`const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth: { token } })\`.
 * Raw sockets: what is sent is the JSON of a \`ClientFrame\`, what comes is that of a \`ServerFrame\`.
 */

/** Every event from the server says when. */
export interface Stamped {
  timestamp: string;
}

/** What Socket.IO answers to each event of the client. */
export type Acknowledgement =
  | { success: true; data: { message_id?: string; user_message_id?: string | null; expires_at?: string | null } }
  | { success: false; error: ErrorDescription };
`;

/** The document as declarations that a client can import. */
export function clientTypes({ components }: AsyncApiDocument): string {
  const messages = Object.values(components.messages);
  const said = messages.filter(({ name }) => Object.hasOwn(clientEvents, name));
  const heard = messages.filter(({ name }) => !Object.hasOwn(clientEvents, name));
  return [
    HEAD,
    ...Object.entries(components.schemas).map(([name, schema]) => shapeOf(name, schema)),
    mapOf('ServerToClientEvents', heard, (shape) => `event: ${shape} & Stamped`),
    mapOf('ClientToServerEvents', said, (shape) => `event: ${shape}, acknowledge?: (answer: Acknowledgement) => void`),
    framesOf('ServerFrame', heard, ' & Stamped'),
    framesOf('ClientFrame', said, ''),
  ].join('\n');
}

function shapeOf(name: string, { properties = {}, required = [] }: Schema): string {
  const fields = Object.entries(properties).map(([field, schema]) => {
    const mark = required.includes(field) ? '' : '?';
    return `${commentOn(schema)}  ${field}${mark}: ${typeOf(schema)};\n`;
  });
  const body = fields.length === 0 ? 'object' : `{\n${fields.join('')}}`;
  return `export type ${name} = ${body};\n`;
}

function mapOf(name: string, events: readonly EventMessage[], parametersOf: (shape: string) => string): string {
  const lines = events.map(
    (event) => `${noteOn(event)}  ${event.name}: (${parametersOf(payloadOf(event))}) => void;\n`,
  );
  // As a type alias, for socket.io-client wants an index signature.
  return `export type ${name} = {\n${lines.join('')}};\n`;
}

function framesOf(name: string, events: readonly EventMessage[], besides: string): string {
  const frames = events.map((event) => `\n  | ({ type: '${event.name}' } & ${payloadOf(event)}${besides})`);
  return `export type ${name} =${frames.join('')};\n`;
}

function typeOf({ $ref, allOf, anyOf, enum: words, type = 'object', items }: Schema): string {
  const [whole] = allOf ?? [];
  if ($ref !== undefined) return nameIn($ref);
  if (whole !== undefined) return typeOf(whole);
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  if (words !== undefined) return words.map((word) => `'${word}'`).join(' | ');
  if (items !== undefined) return `Array<${typeOf(items)}>`;
  return [type].flat().map(wordFor).join(' | ');
}

function wordFor(type: string): string {
  if (type === 'integer') return 'number';
  return type === 'object' ? 'Record<string, unknown>' : type;
}

function payloadOf({ payload }: EventMessage): string {
  const [, { $ref }] = (payload as { allOf: [object, { $ref: string }] }).allOf;
  return nameIn($ref);
}

const nameIn = (reference: string): string => reference.split('/').at(-1) ?? '';
const noteOn = ({ summary }: EventMessage): string => `  /** ${summary} */\n`;
const commentOn = ({ description }: Schema): string => (description === undefined ? '' : `  /** ${description} */\n`);
