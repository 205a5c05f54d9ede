import { applyDecorators, type PipeTransform, type Type } from '@nestjs/common';
import { AppError, type ErrorKind } from '#kernel';
import type { SuccessKey } from '#platform';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { PathParam } from '../../edge/fields/path-param.decorator';
import { integerErrors } from './integer-error';

interface IntegerRouteDocs {
  readonly summary: string;
  readonly description?: string;
  readonly answers?: Type;
  readonly isList?: true;
  readonly streams?: Parameters<typeof ApiRoute>[0]['streams'];
  readonly headers?: Parameters<typeof ApiRoute>[0]['headers'];
  readonly status?: 201;
  readonly message?: SuccessKey;
  readonly errors: readonly ErrorKind[];
}

/** Answers as they are, and errors as this door has them. */
export function IntegerRoute({ errors, ...docs }: IntegerRouteDocs): MethodDecorator {
  return applyDecorators(
    RawResponse(),
    ApiRoute({ ...docs, errors: ['invalid', 'too_large', 'unsupported_media', ...errors], errorShape: integerErrors }),
  );
}

const LARGEST = 2 ** 31 - 1;

const number: PipeTransform<string, number> = {
  transform(value) {
    if (!/^[1-9]\d{0,9}$/.test(value) || Number(value) > LARGEST) {
      throw AppError.invalid({ field: 'conversation_id', reason: 'must_be_integer' });
    }
    return Number(value);
  },
};

export const NumberParam = (): ParameterDecorator =>
  PathParam('id', { example: '1', pattern: '^[1-9][0-9]*$' }, number);
