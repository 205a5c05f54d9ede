import { assembleConfig } from './assemble-config';
import type { Config } from './config';
import type { ConfigCheck } from './config-check';
import { ensureDevelopmentKeys, type DevelopmentKeys } from './development-keys';
import type { Environment } from './environment';
import { Faults } from './faults';
import { checkTogether, type CheckedValues } from './rules';
import type { Variable } from './variable';
import { type Values, type VariableName, variables } from './variables/table';

/**
 * The configuration that an environment describes; a `ConfigurationError` names all that is wrong with it, whoever says so.
 * Pure, but for the checks and for `developmentKeys`, which is asked only outside production and only when a key is not given.
 */
export function loadConfig(
  environment: Environment,
  checks: readonly ConfigCheck[] = [],
  developmentKeys = ensureDevelopmentKeys,
): Config {
  const faults = new Faults();
  const values = withDevelopmentKeys(givenValues(environment, faults), developmentKeys, faults);
  const apiKeys = apiKeysIn(environment);
  checkTogether(values, faults);
  for (const check of checks) check({ values, apiKeys, faults });
  faults.throwIfAny();
  return assembleConfig(values as CheckedValues, apiKeys);
}

/** For upstreams that the catalogue of models names; what could not be sent as a key belongs to someone else. */
function apiKeysIn(environment: Environment): Readonly<Record<string, string>> {
  const keys = Object.entries(environment)
    .filter(([name]) => /^[A-Z][A-Z\d_]*_API_KEY$/.test(name))
    .map(([name, value = '']) => [name, value.trim()] as const)
    .filter(([, key]) => /^[\x21-\x7e]+$/.test(key));
  return Object.fromEntries(keys);
}

function givenValues(environment: Environment, faults: Faults): Partial<Values> {
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const [name, variable] of Object.entries(variables) as [VariableName, Variable][]) {
    const { givenAs, text } = lookUp(environment, name, variable);
    if (text === undefined) continue;
    try {
      values[name] = parse(variable, text);
    } catch (error) {
      const alias = givenAs === name ? '' : `(given as ${givenAs}) `;
      faults.add(name, alias + messageOf(error) + quoted(variable, text));
    }
  }
  return values as Partial<Values>;
}

function lookUp(environment: Environment, name: string, variable: Variable): { givenAs: string; text?: string } {
  for (const givenAs of variable.alias === undefined ? [name] : [name, variable.alias]) {
    const text = environment[givenAs]?.trim();
    if (text || (text === '' && variable.blankCounts)) return { givenAs, text };
  }
  return { givenAs: name, text: variable.fallback };
}

function parse(variable: Variable, text: string): unknown {
  if (/\p{Cc}/u.test(text)) throw new Error('holds a control character or a line break');
  return variable.parse(text);
}

/** A URL put where none belongs may carry a password, hence no `@` either. */
function quoted(variable: Variable, text: string): string {
  if (variable.secret || text.includes('@')) return '';
  const line = text.slice(0, 60).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
  return `, not "${line}${text.length > 60 ? '…' : ''}"`;
}

function withDevelopmentKeys(
  values: Partial<Values>,
  developmentKeys: (directory: string) => DevelopmentKeys,
  faults: Faults,
): Partial<Values> {
  const { NODE_ENV, DATA_DIR, SECRET_KEY, ENCRYPTION_KEY } = values;
  const complete = SECRET_KEY !== undefined && ENCRYPTION_KEY !== undefined;
  if (complete || NODE_ENV === undefined || NODE_ENV === 'production' || DATA_DIR === undefined) return values;
  try {
    return { ...developmentKeys(DATA_DIR), ...values };
  } catch (error) {
    faults.add('DATA_DIR', `cannot keep the keys made for development: ${messageOf(error)}`);
    return values;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
