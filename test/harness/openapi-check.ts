import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';

export interface JsonAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  /** Of an event of a stream; then `body` is its data. */
  readonly mediaType?: 'application/json' | 'text/event-stream';
}

interface DescribedResponse {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

/** What is answered where a door has no such route. */
const errorsOfDoors: readonly (readonly [prefix: string, schema: string])[] = [
  ['/v1/', 'OpenAiErrorResponse'],
  ['/api/v1/chat', 'PlainErrorResponse'],
  ['/api/users/', 'IntegerErrorResponse'],
  ['/api/conversations/', 'IntegerErrorResponse'],
  ['/api/chat/', 'IntegerErrorResponse'],
  ['/ask/', 'AskErrorResponse'],
];

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null | undefined;

/** Holds every JSON answer against the document that clients are generated from. */
export class OpenApiCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<object, ValidateFunction>();
  private readonly paths: { readonly template: string; readonly pattern: RegExp }[];

  private readonly document: OpenAPIObject;

  constructor(document: OpenAPIObject) {
    addFormats(this.ajv);
    this.document = refuseUndocumented(document as unknown as Json) as unknown as OpenAPIObject;
    this.ajv.addSchema(this.document, 'openapi');
    this.paths = Object.keys(document.paths)
      .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`) }))
      // A path without parameters goes before one that would match it as well.
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  }

  check(answer: JsonAnswer): void {
    const schema = this.schemaOf(answer);
    const validate = this.validators.get(schema) ?? this.ajv.compile(schema);
    this.validators.set(schema, validate);
    if (!validate(answer.body)) {
      const faults = this.ajv.errorsText(validate.errors, { separator: '\n  ', dataVar: 'answer' });
      throw new Error(
        `${answer.method} ${answer.path} ${answer.status} is not as /openapi.json says:\n  ${faults}\n${JSON.stringify(answer.body)}`,
      );
    }
  }

  private schemaOf({ method, path, status, mediaType = 'application/json' }: JsonAnswer): object {
    const template = this.paths.find(({ pattern }) => pattern.test(path))?.template;
    const item = template === undefined ? undefined : this.document.paths[template];
    const operation = item?.[(method === 'HEAD' ? 'get' : method.toLowerCase()) as 'get'];
    // What no route answers, such as 404 and 405, has the shape of every error.
    if (operation === undefined) return this.errorSchemaAt(path);
    const response = operation.responses[status] as DescribedResponse | undefined;
    const schema = response?.content?.[mediaType]?.schema;
    if (schema === undefined)
      throw new Error(`${method} ${path} answered ${status}, which /openapi.json does not know`);
    return schema;
  }

  /** Where a door is closed, its addresses are like all others. */
  private errorSchemaAt(path: string): object {
    const schemas = this.document.components?.schemas ?? {};
    const name = errorsOfDoors.find(([prefix, schema]) => path.startsWith(prefix) && schema in schemas)?.[1];
    return schemas[name ?? 'ErrorEnvelope'] as object;
  }
}

/** A field that the document does not name must not slip out: objects are closed for the tests. Each part can be compiled alone. */
function refuseUndocumented(node: Json): Json {
  if (Array.isArray(node)) return node.map(refuseUndocumented);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node['$ref'] === 'string') return { ...node, $ref: node['$ref'].replace(/^#/, 'openapi#') };
  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, refuseUndocumented(value)]));
  const isObjectSchema = node['type'] === 'object' && typeof node['properties'] === 'object';
  return isObjectSchema && !('additionalProperties' in node) ? { ...closed, additionalProperties: false } : closed;
}
