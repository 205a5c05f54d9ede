import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { AppError, type FieldIssue } from '#kernel';
import { RULE, type RuleIssue } from './rule';

/** Turns input into its request class or refuses it with every issue there is, unknown fields included. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => {
      const [first, ...rest] = errors.flatMap((error) => issuesOf(error, ''));
      return first === undefined ? new AppError('invalid') : AppError.invalid(first, ...rest);
    },
  });
}

function issuesOf(error: ValidationError, parent: string): FieldIssue[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([name, message]) => ({ field, ...issueOf(name, message) }));
  return [...own, ...(error.children ?? []).flatMap((child) => issuesOf(child, field))];
}

function issueOf(constraint: string, message: string): RuleIssue {
  if (constraint === RULE) return JSON.parse(message) as RuleIssue;
  return { reason: constraint === 'whitelistValidation' ? 'unknown_field' : 'must_be_object' };
}
