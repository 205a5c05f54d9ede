import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldDocs, listOf, Obeys, type Rule, WhenGiven } from './rule';

export function choiceRule(choices: readonly string[]): Rule {
  return (value) => {
    if (value === undefined || value === null) return { reason: 'required' };
    if (Array.isArray(value)) return { reason: 'given_more_than_once' };
    return typeof value === 'string' && choices.includes(value)
      ? undefined
      : { reason: 'must_be_one_of', params: { choices: choices.join(', ') } };
  };
}

export function ChoiceField(choices: readonly string[], { optional = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, enum: choices, required: !optional }),
    Obeys(choiceRule(choices)),
    ...(optional ? [WhenGiven()] : []),
  );
}

/** Any number of the choices, also none. */
export function ChoicesField(choices: readonly string[], { optional = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, enum: choices, isArray: true, required: !optional }),
    Obeys(listOf(choiceRule(choices), choices.length)),
    ...(optional ? [WhenGiven()] : []),
  );
}
