import { Type, type Static, type TSchema } from 'typebox';

/** A schema that stands elsewhere, by its name: how JSON Schema and OpenAPI say it once. */
export function schemaRef<T extends TSchema>(schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: idOf(schema) });
}

/** The name that a schema is registered and referred to under. */
export function idOf(schema: TSchema): string {
  const { $id } = schema as { $id?: string };
  if (!$id) throw new Error('Only a schema with a name of its own can be referred to');
  return `${$id}#`;
}
