import { ChatError } from '../protocol/errors.ts';

/** Encodes where a page ended, as an opaque string that clients pass back. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Decodes a place, whose values must be of these types. Throws `validation_failed` for anything else. */
export function decodeCursor<T extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  ...types: T
): { [K in keyof T]: T[K] extends 'string' ? string : number } | undefined {
  if (cursor === undefined) return undefined;
  const place = parse(Buffer.from(cursor, 'base64url').toString());
  const fits =
    Array.isArray(place) &&
    place.length === types.length &&
    types.every((type, i) => typeof place[i] === type && isStorable(place[i]));
  if (fits) return place as never;
  const message = 'is not a nextCursor of this list';
  throw new ChatError('validation_failed', { details: [{ path: '/cursor', message }] });
}

/** PostgreSQL compares neither fractions with its integers, nor texts with NUL. */
const isStorable = (value: unknown) =>
  typeof value === 'string' ? !value.includes('\0') : Number.isSafeInteger(value);

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
