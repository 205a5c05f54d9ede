import { isIP } from 'node:net';
import { integer, list, type Parser } from './parsers';

export const port = integer(0, 65_535);

export const host: Parser<string> = (text) => {
  if (isIP(text) === 0 && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text)) {
    throw new Error('must be an address or a host name, without scheme and port');
  }
  return text;
};

/** An http(s) address to which paths are appended, so without query, and without a slash at its end. */
export const baseUrl: Parser<string> = (text) => {
  const url = parseUrl(text, ['http', 'https']);
  if (url.search !== '' || url.hash !== '') throw new Error('must have neither query nor fragment');
  refuseUserInfo(url);
  return url.origin + url.pathname.replace(/\/+$/, '');
};

/** An http(s) address that is called as it is. */
export const endpointUrl: Parser<string> = (text) => {
  const url = parseUrl(text, ['http', 'https']);
  refuseUserInfo(url);
  return url.href;
};

export const proxyUrl: Parser<string> = (text) => parseUrl(text, ['http', 'https']).href;

export const smtpUrl: Parser<string> = (text) => parseUrl(text, ['smtp', 'smtps']).href;

function parseUrl(text: string, schemes: readonly string[]): URL {
  const scheme = schemes.find((known) => text.toLowerCase().startsWith(`${known}://`));
  if (scheme === undefined) throw new Error(`must begin with ${schemes.map((known) => `${known}://`).join(' or ')}`);
  if (!URL.canParse(text)) throw new Error('is not a URL');
  const url = new URL(text);
  if (url.hostname === '') throw new Error('names no host');
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw new Error('has a % in its name or password that must be written as %25');
  }
  return url;
}

function refuseUserInfo(url: URL): void {
  if (url.username !== '' || url.password !== '') throw new Error('must not carry a name or password');
}

/** Exact origins as browsers send them, or `*` for any. */
export const origins: Parser<'any' | readonly string[]> = (text) => (text === '*' ? 'any' : list(origin)(text));

const origin: Parser<string> = (text) => {
  const shape = /^[a-z][a-z\d+.-]*:\/\/[a-z\d.:[\]_-]+$/i;
  const url = shape.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw new Error('must be * alone, or a list of exact origins such as https://chat.example.com, without any path');
  }
  // Schemes of apps, such as capacitor://localhost, have an opaque origin for URL and a plain one for browsers.
  return url.origin === 'null' ? text.toLowerCase() : url.origin;
};

const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** How many proxies stand in front, or which addresses they have. */
export const trustedProxies: Parser<number | readonly string[]> = (text) => {
  if (text.toLowerCase() === 'true') {
    throw new Error('would let any caller name its own address: say how many proxies there are');
  }
  if (text.toLowerCase() === 'off') return 0;
  return /^-?\d+$/.test(text) ? integer(0, 32)(text) : list(addressRange)(text);
};

const addressRange: Parser<string> = (text) => {
  if (NAMED_RANGES.includes(text)) return text;
  const [address = '', bits, ...rest] = text.split('/');
  const widest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const prefix = bits === undefined ? widest : /^\d+$/.test(bits) ? Number(bits) : 0;
  if (prefix < 1 || prefix > widest || rest.length > 0) {
    throw new Error(`must be off, a number of hops, or a list of addresses, CIDRs and ${NAMED_RANGES.join(', ')}`);
  }
  return text;
};
