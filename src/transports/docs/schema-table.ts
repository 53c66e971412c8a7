import type { Schema } from './examples.ts';
import { html, prose, table, type Html } from './html.ts';

const NOTHING = html``;

/** A table of the fields of an object, those within it included. */
export function fieldsOf(schema: Schema): Html {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return NOTHING;
  return table(['Field', 'Type', 'Meaning'], rows);
}

function rowsOf({ properties = {}, required = [] }: Schema, above: string): Html[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${above}${name}`;
    const optional = required.includes(name) ? NOTHING : html` <small>optional</small>`;
    const row = [
      html`<code>${path}</code>${optional}`,
      html`<code>${typeOf(schema)}</code>${boundsOf(schema)}`,
      prose(schema.description ?? ''),
    ];
    return [row, ...rowsOf(schema, `${path}.`), ...rowsOf(schema.items ?? {}, `${path}[].`)];
  });
}

/** The type of a schema as TypeScript writes it; shared schemas are links. */
function typeOf(schema: Schema): Html {
  const { $ref, type, anyOf, items } = schema;
  if ($ref !== undefined) {
    const id = $ref.split('/').at(-1)!;
    return html`<a href="#${id}">${id}</a>`;
  }
  if (anyOf) return anyOf.map(typeOf).reduce((before, one) => html`${before} | ${one}`);
  if ('const' in schema) return html`${JSON.stringify(schema.const)}`;
  if (schema.enum) {
    // Of many, like the error codes, a table says more.
    if (schema.enum.length > 8) return html`string`;
    return html`${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}`;
  }
  const types = [type ?? 'any'].flat();
  const first = types[0] === 'array' && items ? html`${typeOf(items)}[]` : html`${types[0]!}`;
  return types.includes('null') ? html`${first} | null` : first;
}

function boundsOf({ minLength, maxLength, minimum, maximum, maxItems, items }: Schema): Html {
  const bounds = [
    range(minLength, maxLength, 'characters'),
    range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    range(undefined, maxItems, 'items'),
    ...(items ? [range(items.minLength, items.maxLength, 'characters each')] : []),
  ].filter((text) => text !== '');
  return bounds.length === 0 ? NOTHING : html` <small>${bounds.join(', ')}</small>`;
}

type Bound = number | undefined;

function range(least: Bound, most: Bound, unit: string): string {
  if (least === undefined && most === undefined) return '';
  const hasLeast = least !== undefined && !(least === 0 && unit !== '');
  const text =
    most === undefined ? `${least} or more` : hasLeast ? `${least}–${most}` : `up to ${most}`;
  return `${text} ${unit}`.trim();
}
