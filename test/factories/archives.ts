import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import type { TestApp } from '../harness/start-app';
import type { Person } from './people';

type Files = Readonly<Record<string, string | Buffer>>;

/** Unless `compress`, its bytes are where they can be found. */
export async function zipOf(files: Files, compress = false): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name, { compress });
  zip.end();
  return buffer(zip.outputStream);
}

export async function filesIn(zip: Buffer): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  const opened = await fromBufferPromise(zip);
  for await (const entry of opened.eachEntry()) {
    files[entry.fileName] = await buffer(await opened.openReadStreamPromise(entry));
  }
  return files;
}

export async function exportOf(app: TestApp, { token }: Pick<Person, 'token'>): Promise<Response> {
  return fetch(`${app.baseUrl}/api/v1/users/me/export`, { headers: { authorization: `Bearer ${token}` } });
}
