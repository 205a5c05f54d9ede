import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import {
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  type ApiResponseOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import { errorCatalogue, type ErrorKind } from '#kernel';
import { errorTexts, type SuccessKey, successTexts } from '#platform';
import { RAW_RESPONSE } from '../answer/raw-response.decorator';
import { ErrorEnvelope, exampleError } from './error-envelope.response';
import { TURN_EVENTS, turnEvents } from './turn-events';

export const SUCCESS_KEY = Symbol('success key');

/** In the document, until it is made: an operation that fails in words of its own. */
export const OWN_ERRORS_EXTENSION = 'x-own-errors';

/** How routes fail that do not answer with our envelope. */
export interface ErrorShape {
  readonly type: Type;
  statusOf(kind: ErrorKind): number;
  exampleOf(kind: ErrorKind): object;
}

interface RouteDocs {
  readonly summary: string;
  readonly description?: string;
  /** The shape of `data`, or with `@RawResponse()` of the whole answer. */
  readonly answers?: Type;
  /** With `@RawResponse()`: it is a list of them. */
  readonly isList?: true;
  /** Another shape that `data` may have. */
  readonly orAnswers?: Type;
  /** It answers with the events of a turn, unless it answers as a whole; or with what its protocol has in their place. */
  readonly streams?: true | Content;
  /** Of what succeeds. */
  readonly headers?: ApiResponseOptions['headers'];
  readonly status?: 200 | 201;
  readonly message?: SuccessKey;
  /** The same shape under another status, where the status is part of the answer. */
  readonly otherStatus?: { readonly status: number; readonly description: string };
  /** What can go wrong beyond what can go wrong everywhere. */
  readonly errors?: readonly ErrorKind[];
  /** Unless given, in our envelope. */
  readonly errorShape?: ErrorShape;
}

type Content = Extract<ApiResponseOptions, { content?: unknown }>['content'];

const EVERYWHERE: readonly ErrorKind[] = [
  'malformed',
  'too_large',
  'internal',
  'rate_limited',
  'database_unavailable',
  'unavailable',
];

/** The one decorator that says what a route answers, to people and to machines. */
export function ApiRoute(docs: RouteDocs): MethodDecorator {
  const { status = 200, message = 'ok' } = docs;
  return (target, property, descriptor: PropertyDescriptor) => {
    const { answers, orAnswers, isList, otherStatus, streams } = docs;
    const raw = Reflect.getMetadata(RAW_RESPONSE, descriptor.value as object) === true;
    const shapes = [answers, orAnswers].filter((shape) => shape !== undefined);
    const schema = raw ? answerOf(shapes, isList) : envelopeOf(shapes, message);
    const success = new Map<number, Content>();
    if (shapes.length > 0) success.set(status, { 'application/json': { schema } });
    if (streams) success.set(200, { ...success.get(200), ...(streams === true ? turnEvents : streams) });
    const headers = docs.headers ?? {};
    applyDecorators(
      HttpCode(status),
      SetMetadata(SUCCESS_KEY, message),
      ApiOperation({ summary: docs.summary, ...(docs.description && { description: docs.description }) }),
      ApiExtraModels(...shapes, ...(streams === true ? TURN_EVENTS : [])),
      ...[...success].map(([status, content]) =>
        ApiResponse({ status, description: successTexts[message].en, content, headers }),
      ),
      ...(otherStatus === undefined ? [] : [ApiResponse({ ...otherStatus, schema })]),
      ApiErrors([...(docs.errors ?? []), ...EVERYWHERE], docs.errorShape),
    )(target, property, descriptor);
  };
}

function answerOf(shapes: readonly Type[], isList = false) {
  return isList ? { type: 'array', items: oneOf(shapes) } : oneOf(shapes);
}

function oneOf(shapes: readonly Type[]) {
  const references = shapes.map((shape) => ({ $ref: getSchemaPath(shape) }));
  return references.length === 1 ? { ...references[0] } : { oneOf: references };
}

function envelopeOf(shapes: readonly Type[], message: SuccessKey) {
  return {
    type: 'object',
    required: ['success', 'data', 'message', 'timestamp'],
    properties: {
      success: { type: 'boolean', enum: [true] },
      data: oneOf(shapes),
      message: { type: 'string', example: successTexts[message].en },
      timestamp: { type: 'string', format: 'date-time', example: '2026-01-01T12:00:00.000Z' },
    },
  };
}

const envelope: ErrorShape = {
  type: ErrorEnvelope,
  statusOf: (kind) => errorCatalogue[kind].http,
  exampleOf: exampleError,
};

/** One response a status, with an example for each kind of error that has it. */
export function ApiErrors(kinds: readonly ErrorKind[], shape: ErrorShape = envelope): MethodDecorator {
  const byStatus = new Map<number, ErrorKind[]>();
  for (const kind of new Set(kinds)) {
    const status = shape.statusOf(kind);
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind]);
  }
  const responses = [...byStatus].map(([status, sameStatus]) =>
    ApiResponse({ status, ...errorResponse(sameStatus, shape) }),
  );
  const isForeign = shape !== envelope;
  return applyDecorators(
    ApiExtraModels(shape.type),
    ...(isForeign ? [ApiExtension(OWN_ERRORS_EXTENSION, true)] : []),
    ...responses,
  );
}

export function errorResponse(kinds: readonly ErrorKind[], shape: ErrorShape = envelope) {
  return {
    description: kinds.map((kind) => errorTexts[kind].en).join('; '),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(shape.type) },
        examples: Object.fromEntries(kinds.map((kind) => [kind, { value: shape.exampleOf(kind) }])),
      },
    },
  };
}
