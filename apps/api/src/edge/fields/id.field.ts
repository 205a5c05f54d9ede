import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isId } from '#kernel';
import { type FieldDocs, listOf, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

const idRule: Rule = (value) => {
  if (value === undefined || value === null) return { reason: 'required' };
  if (typeof value !== 'string') return { reason: 'must_be_string' };
  return isId(value) ? undefined : { reason: 'must_be_uuid' };
};

const inLowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export function IdField({ optional = false, nullable = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: String, format: 'uuid', required: !optional, nullable }),
    Transform(({ value }: { value: unknown }) => inLowerCase(value)),
    Obeys(idRule),
    ...(optional ? [WhenGiven()] : []),
    ...(nullable ? [WhenNotNull()] : []),
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
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      maxItems: most,
      required: !optional,
    }),
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(inLowerCase) : value)),
    Obeys(listOf(idRule, most)),
    ...(optional ? [WhenGiven()] : []),
  );
}
