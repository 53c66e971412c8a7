/** A JSON schema, as far as the documents read it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly [keyword: string]: unknown;
}

/**
 * Composes an example of a schema from those of its parts. `resolve` returns what a `$ref` refers to. Throws where a
 * part has no example, so that no document is without one.
 */
export function exampleOf(schema: Schema, resolve: ($ref: string) => Schema): unknown {
  const { $ref, type, examples, anyOf, items, properties } = schema;
  if (examples?.length) return examples[0];
  if ($ref !== undefined) return exampleOf(resolve($ref), resolve);
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (anyOf) return exampleOf(anyOf[0]!, resolve);
  const types = [type].flat();
  if (types.includes('object') && properties) {
    const parts = Object.entries(properties);
    return Object.fromEntries(parts.map(([name, part]) => [name, exampleOf(part, resolve)]));
  }
  if (types.includes('array') && items) return [exampleOf(items, resolve)];
  if (types.includes('boolean')) return false;
  if (types.includes('null')) return null;
  throw new Error(`A schema needs \`examples\`: ${JSON.stringify(schema)}`);
}
