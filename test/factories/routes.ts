import type { OpenAPIObject } from '@nestjs/swagger';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Property {
  readonly type?: string | readonly string[];
  readonly example?: unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

/** An operation of the document, as an attacker reads it. */
export interface Route {
  readonly method: Method;
  /** With `{names}`. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly string[];
  readonly queries: readonly string[];
  /** What the document gives as examples; undefined where no JSON is taken. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly fields: readonly string[];
  /** Those of the fields that are texts. */
  readonly texts: readonly string[];
}

export async function routesOf(baseUrl: string): Promise<readonly Route[]> {
  const document = (await (await fetch(`${baseUrl}/openapi.json`)).json()) as OpenAPIObject;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method): Route[] => {
      const operation = item[method];
      if (operation === undefined) return [];
      const security = JSON.stringify(operation.security ?? 'as everywhere');
      const body = bodySchemaOf(document, operation);
      const properties = Object.entries(body?.properties ?? {});
      return [
        {
          method: method.toUpperCase() as Method,
          path,
          isPublic: security === '[]' || security.includes('metrics'),
          parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
          queries: queriesOf(operation),
          body: body && exampleOf(body),
          fields: properties.map(([field]) => field),
          texts: properties.flatMap(([field, { type }]) => ([type].flat().includes('string') ? field : [])),
        },
      ];
    }),
  );
}

function queriesOf({ parameters = [] }: { parameters?: readonly object[] }): string[] {
  return (parameters as readonly { readonly in?: string; readonly name?: string }[]).flatMap(({ in: place, name }) =>
    place === 'query' && name !== undefined ? [name] : [],
  );
}

function bodySchemaOf(document: OpenAPIObject, { requestBody }: { requestBody?: unknown }): Schema | undefined {
  const { content } = (requestBody ?? {}) as { content?: Readonly<Record<string, { schema?: Schema }>> };
  const schema = content?.['application/json']?.schema;
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] as Schema);
}

function exampleOf({ properties = {}, required = [] }: Schema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([field, { example }]) =>
      example === undefined && !required.includes(field) ? [] : [[field, example ?? 'a text']],
    ),
  );
}

/** The path with every parameter filled in. */
export const pathWith = ({ path }: Route, value: string): string => path.replace(/\{\w+\}/g, encodeURIComponent(value));

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
