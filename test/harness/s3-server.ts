import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A bucket in memory that checks each signature by its own calculation. */
export class S3Server {
  readonly objects = new Map<string, Buffer>();
  /** What was refused, and why. */
  readonly refusals: string[] = [];
  /** Answers each request with this, if it is set. */
  failWith: number | undefined;
  endpoint = '';
  private readonly server = createServer((request, response) => {
    void this.answer(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body));
  });

  constructor(private readonly secret: string) {}

  static async start(secret: string): Promise<S3Server> {
    const s3 = new S3Server(secret);
    await new Promise<void>((resolve) => s3.server.listen(0, '127.0.0.1', resolve));
    s3.endpoint = `http://127.0.0.1:${(s3.server.address() as AddressInfo).port}`;
    return s3;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage) {
    const body = await buffer(request);
    if (this.failWith !== undefined) return { status: this.failWith, headers: { location: 'http://127.0.0.1:1/' } };
    const fault = this.faultOf(request, body);
    if (fault !== undefined) {
      this.refusals.push(fault);
      return { status: 403 };
    }
    const key = request.url ?? '';
    const found = this.objects.get(key);
    switch (request.method) {
      case 'PUT':
        this.objects.set(key, body);
        return { status: 200 };
      case 'DELETE':
        this.objects.delete(key);
        return { status: 204 };
      default: {
        const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        if (found === undefined) return { status: 404 };
        return start === undefined
          ? { status: 200, body: found }
          : { status: 206, body: found.subarray(+start, +(end ?? 0) + 1) };
      }
    }
  }

  private faultOf({ method, url, headers }: IncomingMessage, body: Buffer): string | undefined {
    const pattern =
      /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w{64})$/;
    const [, day = '', region = '', names = '', signature] = pattern.exec(headers.authorization ?? '') ?? [];
    if (signature === undefined) return 'no signature';
    const hash = String(headers['x-amz-content-sha256']);
    if (hash !== sha256(body)) return 'another body';
    if (!names.split(';').includes('host')) return 'the host is not signed';
    const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
    const canonical = [method, url, '', signed.join(''), names, hash].join('\n');
    const scope = `${day}/${region}/s3/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
    const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${this.secret}`,
    );
    const expected = createHmac('sha256', key).update(toSign).digest('hex');
    return expected === signature ? undefined : 'a wrong signature';
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
