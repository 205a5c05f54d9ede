import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldDocs, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

interface NumberOptions extends FieldDocs {
  readonly min: number;
  readonly max: number;
}

function numberRule(min: number, max: number): Rule {
  return (value) => {
    if (value === undefined || value === null) return { reason: 'required' };
    if (typeof value !== 'number') return { reason: 'must_be_number' };
    return value >= min && value <= max ? undefined : { reason: 'range', params: { min, max } };
  };
}

export function NumberField({
  min,
  max,
  optional = false,
  nullable = false,
  ...docs
}: NumberOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: Number, minimum: min, maximum: max, required: !optional, nullable }),
    Obeys(numberRule(min, max)),
    ...(optional ? [WhenGiven()] : []),
    ...(nullable ? [WhenNotNull()] : []),
  );
}
