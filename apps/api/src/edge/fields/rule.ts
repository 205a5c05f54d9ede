import { ValidateBy, ValidateIf } from 'class-validator';
import type { FieldIssue } from '#kernel';

export type RuleIssue = Pick<FieldIssue, 'reason' | 'params'>;

export interface FieldDocs {
  readonly description?: string;
  readonly example?: unknown;
  readonly optional?: boolean;
  /** null is taken as well, for nothing. */
  readonly nullable?: boolean;
}

/** What is wrong with a value, or nothing. */
export type Rule = (value: unknown) => RuleIssue | undefined;

/** The name under which class-validator carries our rules; it carries the issue where it expects a message. */
export const RULE = 'rule';

/** Checks a field by rules, in order; the first that objects is the one that is told. */
export function Obeys(...rules: readonly Rule[]): PropertyDecorator {
  const issueOf = (value: unknown): RuleIssue | undefined => {
    for (const rule of rules) {
      const issue = rule(value);
      if (issue !== undefined) return issue;
    }
    return undefined;
  };
  return ValidateBy({
    name: RULE,
    validator: {
      validate: (value: unknown) => issueOf(value) === undefined,
      defaultMessage: (validation) => JSON.stringify(issueOf(validation?.value)),
    },
  });
}

/** Each item obeys the rule; what is wrong with one is wrong with the list. */
export function listOf(rule: Rule, most: number): Rule {
  return (value) => {
    if (value === undefined || value === null) return { reason: 'required' };
    if (!Array.isArray(value)) return { reason: 'must_be_array' };
    if (value.length > most) return { reason: 'too_many_items', params: { max: most } };
    for (const item of value) {
      const issue = rule(item);
      if (issue !== undefined) return issue;
    }
    return undefined;
  };
}

/** An optional field may be left out; null is a value and has to obey. */
export const WhenGiven = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** For a field that may be null, meaning that there is none. */
export const WhenNotNull = (): PropertyDecorator => ValidateIf((_object, value) => value !== null);
