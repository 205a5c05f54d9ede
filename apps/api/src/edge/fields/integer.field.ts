import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { type FieldDocs, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

interface IntegerOptions extends FieldDocs {
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

export function integerRule(min: number, max: number): Rule {
  return (value) => {
    if (value === undefined || value === null) return { reason: 'required' };
    if (Array.isArray(value)) return { reason: 'given_more_than_once' };
    if (!Number.isSafeInteger(value)) return { reason: 'must_be_integer' };
    const number = value as number;
    return number < min || number > max ? { reason: 'range', params: { min, max } } : undefined;
  };
}

export function IntegerField({
  min,
  max,
  optional = false,
  nullable = false,
  ...docs
}: IntegerOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: 'integer', minimum: min, maximum: max, required: !optional, nullable }),
    Obeys(integerRule(min, max)),
    ...(optional ? [WhenGiven()] : []),
    ...(nullable ? [WhenNotNull()] : []),
  );
}

/** An integer in a query string, where everything is text. */
export function QueryIntegerField(options: IntegerOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IntegerField(options),
  );
}
