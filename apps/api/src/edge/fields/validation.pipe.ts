import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, validateSync } from 'class-validator';
import { AppError, type FieldIssue } from '#kernel';
import { rememberRules } from './remember-rules';
import { RULE, type RuleIssue } from './rule';

rememberRules(getMetadataStorage());

/** Turns input into its request class or refuses it with every issue there is, unknown fields included. */
export function createValidationPipe(): ValidationPipe {
  return new InputPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // Nest copies the options for each input: one that it adds would give each copy a hidden class of its own.
    validationError: { target: false },
    exceptionFactory: refusalOf,
  });
}

/** Refuses it with every issue there is; fields that its class does not name are let be. */
export function obey<T extends object>(input: T): T {
  const errors = validateSync(input);
  if (errors.length > 0) throw refusalOf(errors);
  return input;
}

function refusalOf(errors: readonly ValidationError[]): AppError {
  const [first, ...rest] = errors.flatMap((error) => issuesOf(error, ''));
  return first === undefined ? new AppError('invalid') : AppError.invalid(first, ...rest);
}

class InputPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Made by decorators of ours, of what they have looked at.
    if (metadata.type === 'custom') return Promise.resolve(value);
    refuseInheritedNames(value);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** Every object knows these names, so the pipe of Nest takes none of them for a stranger. */
function refuseInheritedNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const [first, ...rest] = Object.keys(value)
    .filter((field) => field in Object.prototype)
    .map((field): FieldIssue => ({ field, reason: 'unknown_field' }));
  if (first !== undefined) throw AppError.invalid(first, ...rest);
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
