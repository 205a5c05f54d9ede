import { dirname, join } from 'node:path';
import {
  type ClientDuplexStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';

interface Reflected {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly error_response?: { readonly error_code: number };
}

const PROTOS = join(dirname(require.resolve('@grpc/reflection/package.json')), 'build/proto/grpc/reflection');

/** What a server tells of itself to clients that have no .proto, such as grpcurl. */
export async function reflect(version: 'v1' | 'v1alpha', port: number, about: object): Promise<Reflected> {
  const types = loadPackageDefinition(loadSync(join(PROTOS, version, 'reflection.proto'), { keepCase: true }));
  const { ServerReflection } = ((types['grpc'] as GrpcObject)['reflection'] as GrpcObject)[version] as GrpcObject;
  const address = `127.0.0.1:${port}`;
  const client = new (ServerReflection as ServiceClientConstructor)(address, credentials.createInsecure());
  try {
    const open = client['ServerReflectionInfo'] as () => ClientDuplexStream<object, Reflected>;
    const call = open.call(client);
    call.end(about);
    for await (const answer of call) return answer as Reflected;
    throw new Error('nothing was answered');
  } finally {
    client.close();
  }
}

/** The types that are described, made from the description alone. */
export function typesIn({ file_descriptor_response }: Reflected): GrpcObject {
  const files = file_descriptor_response?.file_descriptor_proto ?? [];
  const set = Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a, ...varint(file.length)]), file]));
  return loadPackageDefinition(loadFileDescriptorSetFromBuffer(set, { keepCase: true }));
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
