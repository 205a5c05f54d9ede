import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { type FieldDocs, RULE, type RuleIssue, WhenGiven } from './rule';

const DIFFERS: RuleIssue = { reason: 'must_match' };

/** Typed twice, so that a slip of the finger is seen. */
export function ConfirmationField(of: string, { optional = false, ...docs }: FieldDocs): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...docs, type: String, required: !optional }),
    ValidateBy({
      name: RULE,
      validator: {
        validate: (value: unknown, validation) =>
          value === (validation?.object as Readonly<Record<string, unknown>> | undefined)?.[of],
        defaultMessage: () => JSON.stringify(DIFFERS),
      },
    }),
    ...(optional ? [WhenGiven()] : []),
  );
}
