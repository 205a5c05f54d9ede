import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { type FieldDocs, Obeys, type Rule, WhenGiven } from './rule';

const booleanRule: Rule = (value) => {
  if (value === undefined || value === null) return { reason: 'required' };
  return typeof value === 'boolean' ? undefined : { reason: 'must_be_boolean' };
};

export function BooleanField({ optional = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: Boolean, required: !optional }),
    Obeys(booleanRule),
    ...(optional ? [WhenGiven()] : []),
  );
}

/** A boolean in a query string, where everything is text. */
export function QueryBooleanField(docs: FieldDocs): PropertyDecorator {
  const texts: Readonly<Record<string, boolean>> = { true: true, false: false };
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (texts[value] ?? value) : value)),
    BooleanField(docs),
  );
}
