import type { AsyncApiDocument, EventMessage } from './asyncapi-document';
import { clientEvents } from '../events/client-event.request';

interface Property {
  readonly $ref?: string;
  readonly allOf?: readonly { readonly $ref: string }[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly items?: Property;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

const STYLE = `body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
code { font-size: 0.9em; background: #8882; padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid #8884; padding: 0.3em 0.6em; text-align: left; vertical-align: top; }
h3 { margin-top: 2rem; } :root { color-scheme: light dark; }`;

/** The document for people, without a script. */
export function realtimePage(document: AsyncApiDocument): string {
  const { info, components } = document;
  const messages = Object.values(components.messages);
  const isSaid = ({ name }: EventMessage): boolean => Object.hasOwn(clientEvents, name);
  const section = (title: string, events: readonly EventMessage[]) =>
    `<h2>${title}</h2>\n${events.map((event) => sectionOf(event, components.schemas)).join('\n')}`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${info.title}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>${info.title}</h1>
    ${info.description
      .split('\n\n')
      .map((paragraph) => `<p>${words(paragraph)}</p>`)
      .join('\n')}
    <p>For machines: <a href="/asyncapi.json">AsyncAPI 3.0</a>. For clients in TypeScript:
      <a href="/docs/realtime.d.ts">its types</a>. REST: <a href="/docs">Swagger UI</a>.</p>
    ${section('From the client', messages.filter(isSaid))}
    ${section(
      'From the server',
      messages.filter((event) => !isSaid(event)),
    )}
    <h2>Shapes</h2>
    ${Object.entries(components.schemas)
      .map(([name, schema]) => shapeOf(name, schema))
      .join('\n')}
  </body>
</html>
`;
}

function sectionOf(
  { name, summary, payload }: EventMessage,
  schemas: AsyncApiDocument['components']['schemas'],
): string {
  const [, { $ref }] = (payload as { allOf: [object, { $ref: string }] }).allOf;
  return `<h3 id="${name}"><code>${name}</code></h3><p>${words(summary)}</p>${tableOf(schemas[nameIn($ref)] ?? {})}`;
}

function shapeOf(name: string, schema: object): string {
  return `<h3 id="${name}">${name}</h3>${tableOf(schema)}`;
}

function tableOf({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const need = required.includes(name) ? '' : 'optional';
    return `<tr><td><code>${name}</code></td><td>${typeOf(property)}</td><td>${need}</td><td>${words(property.description ?? '')}</td></tr>`;
  });
  return rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`;
}

function typeOf({ $ref = '', allOf, type = '', format, items }: Property): string {
  const reference = $ref || allOf?.[0]?.$ref;
  if (reference) return `<a href="#${nameIn(reference)}">${nameIn(reference)}</a>`;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  return words(format ?? [type].flat().join(' or '));
}

const nameIn = (reference: string): string => reference.split('/').at(-1) ?? '';

/** As text; what stands between backticks is code. */
function words(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
}
