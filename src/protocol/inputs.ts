import { Type, type Static, type TOptional, type TSchema, type TUnsafe } from 'typebox';

/* What the bodies and frames of clients have in common. */

/** Unknown fields are rejected, not ignored: a typo must not look like success. */
export const closed = { additionalProperties: false } as const;

/**
 * A field of a body or frame that may be omitted or null, which means the same. The validator removes nulls, so the
 * type has none.
 */
export function optional<T extends TSchema>(schema: T): TOptional<TUnsafe<Static<T>>> {
  const { type, enum: values } = schema as { type?: string; enum?: readonly unknown[] };
  const orNull = {
    ...(type && { type: [type, 'null'] }),
    ...(values && { enum: [...values, null] }),
  };
  return Type.Optional(Type.Unsafe<Static<T>>({ ...schema, ...orNull }));
}
