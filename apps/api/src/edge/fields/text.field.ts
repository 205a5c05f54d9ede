import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldDocs, listOf, Obeys, type Rule, WhenGiven, WhenNotNull } from './rule';

interface TextOptions extends FieldDocs {
  readonly min: number;
  readonly max: number;
}

/** U+FDD0–U+FDEF and the last two code points of every plane. */
const NON_CHARACTER =
  /[\uFDD0-\uFDEF]|[\uFFFE\uFFFF]|[\uD83F\uD87F\uD8BF\uD8FF\uD93F\uD97F\uD9BF\uD9FF\uDA3F\uDA7F\uDABF\uDAFF\uDB3F\uDB7F\uDBBF\uDBFF][\uDFFE\uDFFF]/;

export const isWellFormedText = (text: string): boolean =>
  text.isWellFormed() && !text.includes('\0') && !NON_CHARACTER.test(text);

/** Code points, as people count; the length in UTF-16 units answers for most texts without counting. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xd800) count--;
  return count;
}

export function textRule(min: number, max: number): Rule {
  return (value) => {
    if (value === undefined || value === null) return { reason: 'required' };
    if (typeof value !== 'string') return { reason: 'must_be_string' };
    if (!isWellFormedText(value)) return { reason: 'must_be_well_formed_text' };
    if (min > 0 && value.trim() === '') return { reason: 'must_not_be_blank' };
    const length = codePoints(value);
    return length < min || length > max ? { reason: 'length', params: { min, max } } : undefined;
  };
}

export function TextField({ min, max, optional = false, nullable = false, ...docs }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: String, minLength: min, maxLength: max, required: !optional, nullable }),
    Obeys(textRule(min, max)),
    ...(optional ? [WhenGiven()] : []),
    ...(nullable ? [WhenNotNull()] : []),
  );
}

interface TextListOptions extends FieldDocs {
  readonly min: number;
  readonly max: number;
  /** Items. */
  readonly most: number;
}

export function TextListField({ min, max, most, optional = false, ...docs }: TextListOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: [String], maxItems: most, required: !optional }),
    Obeys(listOf(textRule(min, max), most)),
    ...(optional ? [WhenGiven()] : []),
  );
}
