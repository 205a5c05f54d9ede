import { type Agent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';

const CONNECT_MS = 10_000;

/** Lets an agent make its connections through tunnels that an HTTP proxy opens. */
export function throughProxy(agent: Agent, proxy: URL): void {
  const secured = agent instanceof HttpsAgent ? agent.createConnection.bind(agent) : undefined;
  agent.createConnection = (options, done = () => undefined) => {
    openTunnel(proxy, authorityOf(options.host ?? '', options.port ?? 0)).then(
      (socket) => {
        const overTunnel: RequestOptions & { socket: Duplex } = { ...options, socket };
        done(null, secured?.(overTunnel) ?? socket);
      },
      (error: Error) => done(error, undefined as never),
    );
    return undefined;
  };
}

function openTunnel(proxy: URL, authority: string): Promise<Duplex> {
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)(proxy, {
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorizationFor(proxy) },
    agent: false,
    timeout: CONNECT_MS,
  });
  return new Promise((resolve, reject) => {
    request.once('connect', ({ statusCode = 0 }, socket) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy refused with ${statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error('the proxy did not answer')));
    request.once('error', reject);
    request.end();
  });
}

function authorityOf(host: string, port: string | number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function authorizationFor({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '') return {};
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { 'proxy-authorization': `Basic ${credentials.toString('base64')}` };
}
