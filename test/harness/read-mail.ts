interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface ReadMail {
  /** By name in lower case, decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string | undefined;
}

/** A mail as its reader sees it. */
export function readMail(raw: Buffer): ReadMail {
  const whole = readPart(raw.toString('latin1'));
  const boundary = /boundary="?([^";]+)/.exec(whole.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) return { headers: whole.headers, text: whole.text, html: undefined };
  const parts = whole.text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => readPart(part.trimStart()));
  return { headers: whole.headers, text: textOf(parts, 'text/plain'), html: textOf(parts, 'text/html') };
}

function textOf(parts: readonly Part[], type: string): string {
  return parts.find(({ headers }) => headers.get('content-type')?.startsWith(type))?.text ?? '';
}

function readPart(part: string): Part {
  const end = part.indexOf('\r\n\r\n');
  const headers = new Map(
    part
      .slice(0, end)
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
      }),
  );
  return { headers, text: decode(part.slice(end + 4), headers.get('content-transfer-encoding')) };
}

function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B' ? decode(text, 'base64') : decode(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function decode(text: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  const bytes =
    encoding === 'quoted-printable'
      ? text.replace(/=\r\n/g, '').replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      : text;
  return Buffer.from(bytes, 'latin1').toString();
}
