import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { parseDate } from './date.field';
import { Obeys, type Rule, WhenGiven } from './rule';

const DAY = /^\d{4}-\d\d-\d\d$/;

const boundRule: Rule = (value) => {
  if (Array.isArray(value)) return { reason: 'given_more_than_once' };
  return typeof value === 'object' && value !== null ? undefined : { reason: 'must_be_date' };
};

/** A day of the quotas, or a time with its zone; the request class holds a `UsageBound`. May be left out. */
export function UsageBoundField(docs: { readonly description: string; readonly example: string }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...docs,
      required: false,
      // Without it the document asks for an object as well, after the type of the property.
      type: String,
      anyOf: [
        { type: 'string', format: 'date' },
        { type: 'string', format: 'date-time' },
      ],
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? boundIn(value) : value)),
    Obeys(boundRule),
    WhenGiven(),
  );
}

function boundIn(text: string): unknown {
  const time = parseDate(text);
  if (!(time instanceof Date)) return text;
  return DAY.test(text) ? { day: text } : { time };
}
