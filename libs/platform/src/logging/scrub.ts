const MASK = '[redacted]';

const SECRET_FIELDS = [
  'password',
  'current_password',
  'new_password',
  'confirm_password',
  'token',
  'access_token',
  'refresh_token',
  'reset_token',
  'api_key',
  'apikey',
  'key',
  'secret',
  'authorization',
  'cookie',
  'set-cookie',
  'x-share-password',
  'content',
  'prompt',
].join('|');

/** Quotes may be escaped, any number of times: a JSON text inside a JSON line. */
const SECRET_JSON_FIELD = new RegExp(String.raw`(\\*"(?:${SECRET_FIELDS})\\*"\s*:\s*\\*").*?(?=\\*"\s*[,}\]])`, 'gi');
/** Each with what stands in all that it finds: to look for that takes a tenth of the time, and most lines have none. */
const PATTERNS: readonly (readonly [string, RegExp, string])[] = [
  ['', /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`],
  ['eyJ', /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASK],
  ['sk-', /\bsk-[\w-]{6,}/g, `sk-${MASK}`],
  ['=', /([?&](?:token|access_token|key|api_key|password|offset_token)=)[^&\s"\\]+/gi, `$1${MASK}`],
  ['/ws/', /(\/ws\/)(?!chat\b)[\w.~-]{12,}/g, `$1${MASK}`],
  ['://', /(\b[a-z][\w+.-]*:\/\/[^\s/:@"]*:)[^\s/@"]+(@)/gi, `$1${MASK}$2`],
];

/**
 * Takes secrets out of a finished log line: the literal ones of the configuration, and whatever looks like one.
 * Working on the line rather than on the fields catches them in messages, stacks and nested objects alike.
 */
export function createScrubber(secrets: readonly string[]): (line: string) => string {
  const literals = secrets
    .filter((secret) => secret.length >= 6)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  const literal =
    literals.length === 0 ? undefined : new RegExp([...new Set(literals)].map(escapeRegExp).join('|'), 'g');
  return (line) => {
    let clean = literal === undefined ? line : line.replace(literal, MASK);
    clean = clean.replace(SECRET_JSON_FIELD, `$1${MASK}`);
    for (const [mark, pattern, replacement] of PATTERNS) {
      if (clean.includes(mark)) clean = clean.replace(pattern, replacement);
    }
    return clean;
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
