import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldDocs, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

const LENGTH = { min: 1, max: 512 };

/** It ends up in a header of a request of ours. */
const upstreamKeyRule: Rule = (value) => {
  if (typeof value !== 'string') return { reason: 'must_be_string' };
  if (value.length < LENGTH.min || value.length > LENGTH.max) return { reason: 'length', params: LENGTH };
  return /^[!-~]+$/.test(value) ? undefined : { reason: 'must_be_printable_ascii' };
};

/** A key of the caller's own for the models' provider; null: none. */
export function UpstreamKeyField(docs: Omit<FieldDocs, 'optional'>): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...docs,
      type: String,
      minLength: LENGTH.min,
      maxLength: LENGTH.max,
      pattern: '^[!-~]+$',
      writeOnly: true,
      required: false,
      nullable: true,
    }),
    Obeys(upstreamKeyRule),
    WhenGiven(),
    WhenNotNull(),
  );
}
