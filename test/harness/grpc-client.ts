import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type StatusObject,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface Asked {
  readonly prompt: string;
  readonly conversation_id?: string;
  readonly parent_id?: string;
}

interface CallOptions {
  readonly token?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadline?: Date;
}

export type AskStream = ClientReadableStream<{ response: string }>;

/** A client of the gRPC door, made from the .proto that is served and nothing else. */
export class GrpcClient {
  private constructor(
    private readonly chat: Client & { Ask(request: Asked, metadata: Metadata, options: object): AskStream },
  ) {}

  static async connect(baseUrl: string, port: number): Promise<GrpcClient> {
    const proto = await (await fetch(`${baseUrl}/chat.proto`)).text();
    const folder = await mkdtemp(join(tmpdir(), 'chat-proto-'));
    await writeFile(join(folder, 'chat.proto'), proto);
    const types = loadPackageDefinition(loadSync(join(folder, 'chat.proto'), { keepCase: true }));
    await rm(folder, { recursive: true });
    return GrpcClient.of((types['chat'] as GrpcObject)['Chat'] as ServiceClientConstructor, port);
  }

  static of(Chat: ServiceClientConstructor, port: number): GrpcClient {
    return new GrpcClient(new Chat(`127.0.0.1:${port}`, credentials.createInsecure()) as never);
  }

  ask(asked: Asked, { token, metadata = {}, deadline }: CallOptions = {}): AskStream {
    const sent = new Metadata();
    if (token !== undefined) sent.set('authorization', `Bearer ${token}`);
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    const stream = this.chat.Ask(asked, sent, deadline ? { deadline } : {});
    // Whoever asks for the status is told.
    stream.on('error', () => undefined);
    return stream;
  }

  /** How a call ends whose request is these bytes. */
  async statusOfBytes(bytes: Buffer, token: string): Promise<StatusObject> {
    const sent = new Metadata();
    sent.set('authorization', `Bearer ${token}`);
    const read = (response: Buffer): Buffer => response;
    const stream = this.chat.makeServerStreamRequest('/chat.Chat/Ask', read, read, bytes, sent);
    stream.on('error', () => undefined).resume();
    return statusOf(stream);
  }

  /** To the end: the pieces without the last, the ids in the last, and how the call ended. */
  async whole(asked: Asked, options?: CallOptions): Promise<WholeAnswer> {
    return readWhole(this.ask(asked, options));
  }

  close(): void {
    this.chat.close();
  }
}

export interface WholeAnswer {
  readonly text: string;
  readonly conversation: string | undefined;
  readonly parent: string | undefined;
  readonly status: StatusObject;
}

/** How the call ended; a bad end is no exception here. */
export function statusOf(stream: ClientReadableStream<unknown>): Promise<StatusObject> {
  return new Promise((resolve) => stream.once('status', resolve));
}

export async function readWhole(stream: AskStream): Promise<WholeAnswer> {
  const pieces: string[] = [];
  stream.on('data', ({ response }: { response: string }) => pieces.push(response));
  const status = await statusOf(stream);
  const [, conversation, parent] = /^<\|end\|>\$([^$]+)\$([^$]+)$/.exec(pieces.at(-1) ?? '') ?? [];
  return { text: (conversation === undefined ? pieces : pieces.slice(0, -1)).join(''), conversation, parent, status };
}
