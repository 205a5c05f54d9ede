import { ApiProperty } from '@nestjs/swagger';
import { AppError, errorCatalogue } from '#kernel';
import type { ErrorShape } from '../../../edge/docs/api-route.decorator';
import { ErrorDescription } from '../../../edge/docs/error-envelope.response';
import { presentError } from '../../../edge/errors/error-body';

export class AskErrorResponse {
  @ApiProperty({ type: ErrorDescription })
  readonly error!: ErrorDescription;
}

export const askErrors: ErrorShape = {
  type: AskErrorResponse,
  statusOf: (kind) => errorCatalogue[kind].http,
  exampleOf: (kind) => ({ error: presentError(new AppError(kind), 'en') }),
};
