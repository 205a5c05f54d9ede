import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsV4Signer } from 'aws4fetch';
import { AppError } from '#kernel';
import type { S3Config } from '#platform';
import { type ByteRange, FileStore } from './file-store';

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly path: string; readonly size: number };
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SILENCE_MS = 30_000;

/** Any store that speaks S3. Redirections are not followed: who asks for one is not the store that was configured. */
export class S3Store extends FileStore {
  private readonly base: URL;

  constructor(private readonly config: S3Config) {
    super();
    const { bucket, endpoint, region, forcePathStyle } = config;
    this.base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
    if (forcePathStyle) this.base.pathname = `${this.base.pathname.replace(/\/$/, '')}/${bucket}`;
    else this.base.hostname = `${bucket}.${this.base.hostname}`;
  }

  async put(id: string, path: string, sha256: string): Promise<void> {
    const { size } = await stat(path);
    const answer = await this.send('PUT', id, { headers: { 'x-amz-content-sha256': sha256 }, body: { path, size } });
    refuseUnless([200], answer);
    answer.resume();
  }

  async read(id: string, range?: ByteRange): Promise<Readable | undefined> {
    const answer = await this.send('GET', id, {
      headers: range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` },
    });
    if (answer.statusCode === 404) {
      answer.resume();
      return undefined;
    }
    refuseUnless([range === undefined ? 200 : 206], answer);
    return answer;
  }

  async delete(id: string): Promise<void> {
    const answer = await this.send('DELETE', id);
    refuseUnless([200, 204, 404], answer);
    answer.resume();
  }

  private async send(method: string, id: string, { headers = {}, body }: Sending = {}): Promise<IncomingMessage> {
    const { accessKeyId, secretAccessKey, region } = this.config;
    const signed = await new AwsV4Signer({
      method,
      url: `${this.base.href.replace(/\/$/, '')}/${id}`,
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      headers: { 'x-amz-content-sha256': EMPTY_SHA256, ...headers },
    }).sign();
    const length = body && { 'content-length': String(body.size) };
    const requesting = signed.url.protocol === 'https:' ? requestSecure : requestPlain;
    const request = requesting(signed.url, { method, headers: { ...Object.fromEntries(signed.headers), ...length } });
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error('the store is silent')));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    try {
      const source = body === undefined ? Readable.from([]) : createReadStream(body.path);
      // A store that refuses early need not take all of it.
      const sent = pipeline(source, request).catch(() => undefined);
      const answer = await answered;
      void sent;
      return answer;
    } catch (cause) {
      throw new AppError('unavailable', { cause });
    }
  }
}

function refuseUnless(expected: readonly number[], answer: IncomingMessage): void {
  if (expected.includes(answer.statusCode ?? 0)) return;
  answer.resume();
  throw new AppError('unavailable', { cause: new Error(`the store answered with ${answer.statusCode}`) });
}
