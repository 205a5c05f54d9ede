import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { AsyncApiDocument } from '../../apps/api/src/realtime/docs/asyncapi-document';

/** Holds events against the document that clients are made from. */
export class AsyncApiCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly document: AsyncApiDocument) {
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'asyncapi');
  }

  /** `event` as it goes over the raw socket. Answers what is wrong with it. */
  faultsOf(event: { readonly type: string }): string | undefined {
    const { properties, required } = this.schemaOf(event.type);
    const unknown = Object.keys(event).filter((field) => !Object.hasOwn(properties, field));
    if (unknown.length > 0) return `${event.type}: does not know ${unknown.join(', ')} besides ${required.join(', ')}`;
    const validate = this.ajv.getSchema(`asyncapi#/components/messages/${event.type}/payload`);
    if (validate === undefined) return `${event.type}: unknown`;
    return validate(event) ? undefined : `${event.type}: ${this.ajv.errorsText(validate.errors)}`;
  }

  private schemaOf(type: string) {
    const parts = (this.document.components.messages[type]?.payload as { allOf: Schema[] } | undefined)?.allOf ?? [];
    const schemas = parts.map(({ $ref, ...own }) =>
      $ref === undefined ? own : (this.document.components.schemas[$ref.split('/').at(-1) ?? ''] as Schema),
    );
    return {
      properties: Object.assign({}, ...schemas.map(({ properties }) => properties)) as Record<string, unknown>,
      required: schemas.flatMap(({ required = [] }) => required),
    };
  }
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}
