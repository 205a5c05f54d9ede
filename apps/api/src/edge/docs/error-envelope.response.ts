import { ApiProperty } from '@nestjs/swagger';
import { errorCatalogue, type ErrorCode, type ErrorKind } from '#kernel';
import { errorTexts } from '#platform';

const TIMESTAMP = '2026-01-01T12:00:00.000Z';
const REQUEST_ID = '019b76da-a800-7000-8000-000000000001';

export class ErrorDescription {
  @ApiProperty({
    enum: [...new Set(Object.values(errorCatalogue).map((row) => row.code))],
    example: 'VALIDATION_ERROR',
  })
  readonly code!: ErrorCode;

  @ApiProperty({ description: 'For people, in the language asked for', example: errorTexts.invalid.en })
  readonly message!: string;

  @ApiProperty({
    required: false,
    type: Object,
    additionalProperties: true,
    description: 'What the code alone does not say; for a VALIDATION_ERROR the first issue and the list of all',
    example: {
      field: 'username',
      issue: 'must have 3 to 50 characters',
      errors: [{ field: 'username', issue: 'must have 3 to 50 characters' }],
    },
  })
  readonly details?: Record<string, unknown>;
}

export class ErrorEnvelope {
  @ApiProperty({ enum: [false] })
  readonly success!: false;

  @ApiProperty({ type: ErrorDescription })
  readonly error!: ErrorDescription;

  @ApiProperty({ format: 'date-time', example: TIMESTAMP })
  readonly timestamp!: string;

  @ApiProperty({ description: 'The X-Request-ID of this answer; the log knows it', example: REQUEST_ID })
  readonly request_id!: string;
}

export function exampleError(kind: ErrorKind): ErrorEnvelope {
  return {
    success: false,
    error: { code: errorCatalogue[kind].code, message: errorTexts[kind].en },
    timestamp: TIMESTAMP,
    request_id: REQUEST_ID,
  };
}
