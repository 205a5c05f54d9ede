/** Throws a plain sentence that reads on after the variable's name and never repeats the text, which may be a secret. */
export type Parser<T> = (text: string) => T;

/** At most `limit` in any `windowMs`. */
export interface Rate {
  readonly limit: number;
  readonly windowMs: number;
}

export function choice<const T extends string>(...choices: readonly T[]): Parser<T> {
  return (text) => {
    const chosen = choices.find((known) => known.toLowerCase() === text.toLowerCase());
    if (chosen === undefined) throw new Error(`must be one of ${choices.join(', ')}`);
    return chosen;
  };
}

export const boolean: Parser<boolean> = (text) => {
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  if (['false', '0', 'no', 'off'].includes(word)) return false;
  throw new Error('must be true or false');
};

export function number(min: number, max: number): Parser<number> {
  return (text) => within(/^-?\d*\.?\d+$/.test(text) ? Number(text) : NaN, 'a number', min, max);
}

export function integer(min: number, max: number): Parser<number> {
  return (text) => within(/^-?\d+$/.test(text) ? Number(text) : NaN, 'a whole number', min, max);
}

function within(value: number, kind: string, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new Error(`must be ${kind} from ${min} to ${max}`);
}

/** So many units of time, fractions allowed, as milliseconds. */
export function duration(unitMs: number, min: number, max: number): Parser<number> {
  const parse = number(min, max);
  return (text) => Math.round(parse(text) * unitMs);
}

/** Megabytes, fractions allowed, as bytes. */
export function megabytes(max: number): Parser<number> {
  const parse = number(0.001, max);
  return (text) => Math.floor(parse(text) * 1024 * 1024);
}

/** `count/seconds`; `0` is no limit. */
export const rate: Parser<Rate | undefined> = (text) => {
  if (text === '0') return undefined;
  const [, limit = 0, seconds = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (limit < 1 || seconds < 1 || seconds > 86_400) {
    throw new Error('must be count/seconds, such as 20/60 (at most a day), or 0 for no limit');
  }
  return { limit, windowMs: seconds * 1000 };
};

/** Counted in code points. */
export function text(min: number, max: number): Parser<string> {
  return (value) => {
    const length = [...value].length;
    if (length < min || length > max) throw new Error(`must have ${min} to ${max} characters`);
    return value;
  };
}

/** What may be sent in a header as it is: no blanks, ASCII alone. */
export const token: Parser<string> = (value) => {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Error('must be plain ASCII without blanks');
  return value;
};

export const email: Parser<string> = (value) => {
  if (value.length > 320 || !/^[^\s@<>]+@[^\s@<>]+$/.test(value)) throw new Error('must be an email address');
  return value;
};

/** `a@b.org` or `Name <a@b.org>`. */
export const mailbox: Parser<string> = (value) => {
  email(/^[^<>]*<([^<>]*)>$/.exec(value)?.[1] ?? value);
  return value;
};

export function list<T>(parse: Parser<T>): Parser<readonly [T, ...T[]]> {
  return (value) => {
    const [first, ...rest] = value.split(',').flatMap((item) => item.trim() || []);
    if (first === undefined) throw new Error('must list at least one');
    return [parse(first), ...rest.map(parse)];
  };
}

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry writes them. */
export const pairs: Parser<Readonly<Record<string, string>>> = (value) => Object.fromEntries(list(pair)(value));

const pair: Parser<readonly [string, string]> = (text) => {
  const [, name, encoded] = /^([\w.-]+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || encoded === undefined) throw new Error('must be name=value, separated by commas');
  try {
    return [name, decodeURIComponent(encoded)];
  } catch {
    throw new Error('has a % that must be written as %25');
  }
};

/** 32 bytes as base64, of either alphabet. */
export const base64Key: Parser<Buffer> = (value) => {
  if (!/^[\w+/-]{43}=?$/.test(value))
    throw new Error('must be 32 bytes in base64, as `openssl rand -base64 32` prints');
  return Buffer.from(value, 'base64');
};

export const timeZone: Parser<string> = (value) => {
  // Waking Intl takes 20 ms of every start, which the default need not pay.
  if (value === 'UTC') return value;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
  } catch {
    throw new Error('must be a time zone, such as UTC, Europe/Berlin or Asia/Shanghai');
  }
  return value;
};

/** Any text: paths and names that only the file system or the upstream can judge. */
export const anyText: Parser<string> = (value) => value;
