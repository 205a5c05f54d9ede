import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldDocs, Obeys, type Rule, WhenGiven } from './rule';

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

export function NumberField({ min, max, optional = false, ...docs }: NumberOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: Number, minimum: min, maximum: max, required: !optional }),
    Obeys(numberRule(min, max)),
    ...(optional ? [WhenGiven()] : []),
  );
}
