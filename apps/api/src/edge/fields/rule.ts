import { ValidateBy, ValidateIf } from 'class-validator';
import type { FieldIssue } from '#kernel';

export type RuleIssue = Pick<FieldIssue, 'reason' | 'params'>;

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

/** An optional field may be left out; null is a value and has to obey. */
export const WhenGiven = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
