import type { OpenAPIObject } from '@nestjs/swagger';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly example?: unknown; readonly type?: unknown }>>;
}

/** An operation of the document, as an attacker reads it. */
export interface Route {
  readonly method: Method;
  /** With `{names}`. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly string[];
  /** A body that the document gives as an example; undefined where none is taken. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export async function routesOf(baseUrl: string): Promise<readonly Route[]> {
  const document = (await (await fetch(`${baseUrl}/openapi.json`)).json()) as OpenAPIObject;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method): Route[] => {
      const operation = item[method];
      if (operation === undefined) return [];
      const content = (operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined)?.content;
      return [
        {
          method: method.toUpperCase() as Method,
          path,
          isPublic:
            operation.security?.length === 0 || JSON.stringify(operation.security)?.includes('metrics') === true,
          parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
          body: exampleOf(document, content?.['application/json']?.schema),
        },
      ];
    }),
  );
}

function exampleOf(document: OpenAPIObject, schema: Schema | undefined): Route['body'] {
  if (schema === undefined) return undefined;
  const name = schema.$ref?.split('/').at(-1);
  const { properties = {} } = (name === undefined ? schema : document.components?.schemas?.[name]) as Schema;
  return Object.fromEntries(
    Object.entries(properties).map(([field, { example, type }]) => [
      field,
      example ?? (type === 'boolean' ? true : 'a text'),
    ]),
  );
}

/** The path with every parameter filled in. */
export const pathWith = ({ path }: Route, value: string): string => path.replace(/\{\w+\}/g, encodeURIComponent(value));

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
