import { ChatError } from '../protocol/errors.ts';

/** Makes of where a page ended something that clients hand back, and need not understand. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place, which must be of the same types as `like`; refuses what this server did not make. */
export function decodeCursor<T extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  ...types: T
): { [K in keyof T]: T[K] extends 'string' ? string : number } | undefined {
  if (cursor === undefined) return undefined;
  const place = parse(Buffer.from(cursor, 'base64url').toString());
  const fits =
    Array.isArray(place) &&
    place.length === types.length &&
    types.every((type, i) => typeof place[i] === type);
  if (fits) return place as never;
  const message = 'is not a nextCursor of this list';
  throw new ChatError('validation_failed', { details: [{ path: '/cursor', message }] });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
