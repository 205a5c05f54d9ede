import type { Parser } from './parsers';

interface Described {
  readonly doc: string;
  readonly parse: Parser<unknown>;
  /** It is a secret or may hold one: its value is never shown, and `secretsOf` knows what to strike out of logs. */
  readonly secret?: true;
  /** Another name under which it is read when its own is not given. */
  readonly alias?: string;
  /** Elsewhere a blank value counts as none. */
  readonly blankCounts?: true;
}

interface WithDefault extends Described {
  /** Goes through `parse` like any other value, so what the documentation shows is what holds. */
  readonly fallback: string;
  readonly unset?: never;
  readonly example?: never;
}

interface Optional extends Described {
  /** What holds without it, in words. */
  readonly unset: string;
  readonly example?: string;
  readonly fallback?: never;
}

export type Variable = WithDefault | Optional;

/** By name, in the order in which they are documented. */
export type VariableSection = Readonly<Record<string, Variable>>;

export type ValueOf<V extends Variable> = V extends WithDefault
  ? ReturnType<V['parse']>
  : ReturnType<V['parse']> | undefined;
