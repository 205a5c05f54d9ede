import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { type FieldDocs, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

const dateRule: Rule = (value) => {
  if (value === undefined || value === null) return { reason: 'required' };
  if (Array.isArray(value)) return { reason: 'given_more_than_once' };
  return value instanceof Date && !Number.isNaN(value.getTime()) ? undefined : { reason: 'must_be_date' };
};

interface DateOptions extends FieldDocs {
  readonly nullable?: boolean;
}

/** A day (its first moment in UTC) or a time with its zone; the request class holds a Date. */
export function DateField({ optional = false, nullable = false, ...docs }: DateOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: String, format: 'date-time', required: !optional, nullable }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? parseDate(value) : value)),
    Obeys(dateRule),
    ...(optional ? [WhenGiven()] : []),
    ...(nullable ? [WhenNotNull()] : []),
  );
}

/** The language's own parser takes 31 February for 3 March. */
export function parseDate(text: string): unknown {
  if (!ISO_8601.test(text)) return text;
  const date = new Date(text);
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  // A zone can carry the last day of the year 9999 into one that the databases write in other ways.
  const isCommon = date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999;
  return exists && isCommon ? date : text;
}
