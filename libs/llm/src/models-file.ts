import { describeJsonBreak } from './json-break';
import { capabilities, type Capability, type Model } from './model';

interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly description: { readonly en: string; readonly zh: string };
  readonly context_window: number;
  readonly max_output_tokens: number;
  readonly cost_per_1k_tokens: { readonly input: number; readonly output: number };
  readonly capabilities: readonly Capability[];
  readonly base_url?: string;
  readonly api_key_env?: string;
  readonly fallbacks?: readonly string[];
}

interface ParsedModels {
  /** Empty when there are faults. */
  readonly models: readonly Model[];
  readonly faults: readonly string[];
  /** The ids of all entries, faulty ones too. */
  readonly ids: readonly string[];
}

/** Answers the faults of a value; `path` names the value in them. */
type Check = (value: unknown, path: string) => string[];

function rule(must: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => (holds(value) ? [] : [`${path} must be ${must}, not ${shorten(JSON.stringify(value))}`]);
}

function object(fields: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return (value, path) => {
    if (!isObject(value)) return [`${path} must be an object`];
    const known = Object.entries(fields).flatMap(([field, check]) =>
      Object.hasOwn(value, field) ? check(value[field], `${path}.${field}`) : [`${path}.${field} is missing`],
    );
    const more = Object.entries(optional).flatMap(([field, check]) =>
      Object.hasOwn(value, field) ? check(value[field], `${path}.${field}`) : [],
    );
    const unknown = Object.keys(value).filter((field) => !Object.hasOwn({ ...fields, ...optional }, field));
    return [...known, ...more, ...unknown.map((field) => `${path}.${shorten(field)} is not a field of the catalogue`)];
  };
}

const text = rule('a text in UTF-8', (value) => {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\ufffd');
});
const tokens = rule('a whole number above 0', (value) => Number.isSafeInteger(value) && Number(value) > 0);
const dollars = rule('a number of US dollars, 0 or more', (value) => Number.isFinite(value) && Number(value) >= 0);

type OptionalField = 'base_url' | 'api_key_env' | 'fallbacks';
type Checks<Field extends keyof ModelRow> = Readonly<Record<Field, Check>>;

const modelId = (value: unknown): boolean => typeof value === 'string' && /^[\x21-\x7e]{1,100}$/.test(value);

const required: Checks<Exclude<keyof ModelRow, OptionalField>> = {
  id: rule('1 to 100 letters, digits or signs without spaces', modelId),
  name: text,
  description: object({ en: text, zh: text }),
  context_window: tokens,
  max_output_tokens: tokens,
  cost_per_1k_tokens: object({ input: dollars, output: dollars }),
  capabilities: rule(`a list of ${capabilities.join(', ')}, each at most once`, (value) => {
    const known: readonly unknown[] = capabilities;
    return Array.isArray(value) && value.every((word) => known.includes(word)) && new Set(value).size === value.length;
  }),
};

const optional: Checks<OptionalField> = {
  base_url: rule('an http(s) address without a password, a query or a fragment', (value) => {
    if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
    const { username, password, search, hash } = new URL(value);
    return username + password + search + hash === '';
  }),
  // Only such variables are read for it, so that no other secret can be sent away by a slip of the pen.
  api_key_env: rule('the name of a variable that ends in _API_KEY', (value) => {
    return typeof value === 'string' && /^[A-Z][A-Z\d_]*_API_KEY$/.test(value);
  }),
  fallbacks: rule('a list of ids of models', (value) => Array.isArray(value) && value.every(modelId)),
};

const checkRow = object(required, optional);

export function parseModels(json: string): ParsedModels {
  let entries: unknown;
  try {
    entries = JSON.parse(json);
  } catch {
    return { models: [], faults: [`is not JSON: ${describeJsonBreak(json)}`], ids: [] };
  }
  if (!Array.isArray(entries) || entries.length === 0) {
    return { models: [], faults: ['must be a list of at least one model'], ids: [] };
  }
  const ids = entries.map(idOf);
  const faults = entries.flatMap((entry: unknown, index) => {
    const id = ids[index];
    const path = id === undefined ? `[${index}]` : `${shorten(id)} [${index}]`;
    const repeated = id !== undefined && ids.indexOf(id) < index ? [`${path}.id is taken by [${ids.indexOf(id)}]`] : [];
    return [...checkRow(entry, path), ...checkLimits(entry, path), ...checkUpstream(entry, path, ids), ...repeated];
  });
  return {
    models: faults.length === 0 ? (entries as ModelRow[]).map(toModel) : [],
    faults,
    ids: ids.filter((id) => id !== undefined),
  };
}

function checkLimits(entry: unknown, path: string): string[] {
  if (!isObject(entry)) return [];
  const { context_window: window, max_output_tokens: output } = entry;
  const fits = typeof window !== 'number' || typeof output !== 'number' || output <= window;
  return fits ? [] : [`${path}.max_output_tokens must be at most context_window, ${window}, not ${output}`];
}

function checkUpstream(entry: unknown, path: string, ids: readonly (string | undefined)[]): string[] {
  if (!isObject(entry)) return [];
  const { id, base_url: baseUrl, api_key_env: apiKeyEnv, fallbacks } = entry;
  const strangers = (Array.isArray(fallbacks) ? fallbacks : [])
    .filter((fallback) => modelId(fallback) && (fallback === id || !ids.includes(String(fallback))))
    .map((fallback) => `${path}.fallbacks names ${shorten(String(fallback))}, which is no other model of the file`);
  const keyless = baseUrl !== undefined && apiKeyEnv === undefined;
  return keyless ? [...strangers, `${path}.base_url needs api_key_env: no other key is sent there`] : strangers;
}

function toModel(row: ModelRow): Model {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    costPer1kTokens: row.cost_per_1k_tokens,
    capabilities: row.capabilities,
    baseUrl: row.base_url?.replace(/\/+$/, ''),
    apiKeyEnv: row.api_key_env,
    fallbacks: row.fallbacks,
  };
}

function idOf(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry.id === 'string' ? entry.id : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(shown: string): string {
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
