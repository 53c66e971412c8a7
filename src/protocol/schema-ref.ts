import { Type, type Static, type TSchema } from 'typebox';

/** Refers to a shared schema by its `$id`, so that the OpenAPI document contains it once. */
export function schemaRef<T extends TSchema>(schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: idOf(schema) });
}

/** Returns the reference to a schema. Throws if it has no `$id`. */
export function idOf(schema: TSchema): string {
  const { $id } = schema as { $id?: string };
  if (!$id) throw new Error('Only a schema with an $id can be referred to');
  return `${$id}#`;
}
