import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isId } from '#kernel';
import { type FieldDocs, listOf, Obeys, type Rule, WhenGiven } from './rule';

const idRule: Rule = (value) => {
  if (value === undefined || value === null) return { reason: 'required' };
  if (typeof value !== 'string') return { reason: 'must_be_string' };
  return isId(value) ? undefined : { reason: 'must_be_uuid' };
};

export function IdField({ optional = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: String, format: 'uuid', required: !optional }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    Obeys(idRule),
    ...(optional ? [WhenGiven()] : []),
  );
}

interface IdListOptions extends FieldDocs {
  /** Items. */
  readonly most: number;
}

export function IdListField({ most, optional = false, ...docs }: IdListOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...docs,
      ...{ type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: most, required: !optional },
    }),
    Obeys(listOf(idRule, most)),
    ...(optional ? [WhenGiven()] : []),
  );
}
