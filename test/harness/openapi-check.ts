import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';

export interface JsonAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null | undefined;

/** Holds every JSON answer against the document that clients are generated from. */
export class OpenApiCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly paths: { readonly template: string; readonly pattern: RegExp }[];

  constructor(private readonly document: OpenAPIObject) {
    addFormats(this.ajv);
    this.ajv.addSchema(refuseUndocumented(structuredClone(document) as unknown as Json) as object, 'openapi');
    this.paths = Object.keys(document.paths)
      .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`) }))
      // A path without parameters goes before one that would match it as well.
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  }

  check(answer: JsonAnswer): void {
    const pointer = this.pointerTo(answer);
    const validate = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `openapi#${pointer}` });
    this.validators.set(pointer, validate);
    if (!validate(answer.body)) {
      const faults = this.ajv.errorsText(validate.errors, { separator: '\n  ', dataVar: 'answer' });
      throw new Error(
        `${answer.method} ${answer.path} ${answer.status} is not as /openapi.json says:\n  ${faults}\n${JSON.stringify(answer.body)}`,
      );
    }
  }

  private pointerTo({ method, path, status }: JsonAnswer): string {
    const template = this.paths.find(({ pattern }) => pattern.test(path))?.template;
    const item = template === undefined ? undefined : this.document.paths[template];
    const operation = item?.[(method === 'HEAD' ? 'get' : method.toLowerCase()) as 'get'];
    // What no route answers, such as 404 and 405, has the shape of every error.
    if (template === undefined || operation === undefined) return '/components/schemas/ErrorEnvelope';
    if (operation.responses[status] === undefined) {
      throw new Error(`${method} ${path} answered ${status}, which /openapi.json does not know`);
    }
    const escaped = template.replaceAll('~', '~0').replaceAll('/', '~1');
    return `/paths/${encodeURI(escaped)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
  }
}

/** A field that the document does not name must not slip out: objects are closed for the tests. */
function refuseUndocumented(node: Json): Json {
  if (Array.isArray(node)) return node.map(refuseUndocumented);
  if (typeof node !== 'object' || node === null) return node;
  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, refuseUndocumented(value)]));
  const isObjectSchema = node['type'] === 'object' && typeof node['properties'] === 'object';
  return isObjectSchema && !('additionalProperties' in node) ? { ...closed, additionalProperties: false } : closed;
}
