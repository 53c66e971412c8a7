import type { IncomingHttpHeaders } from 'node:http';

/* Conditional requests and ranges (RFC 9110, sections 13 and 14). */

/** Whether the client has the representation with this ETag already (If-None-Match). */
export function isFresh({ 'if-none-match': known }: IncomingHttpHeaders, etag: string): boolean {
  if (known === undefined) return false;
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** Bytes from `start` to `end`, both included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The range that a client wants of so many bytes; null where it wants all, or several ranges, which a server need not
 * support, or has another representation in mind (If-Range); `unsatisfiable` where there are no such bytes.
 */
export function rangeOf(
  { range = '', 'if-range': condition }: IncomingHttpHeaders,
  size: number,
  etag: string,
): Range | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range) ?? [];
  if (first + last === '' || size === 0 || (condition !== undefined && condition !== etag)) {
    return null;
  }
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start < size ? { start, end } : 'unsatisfiable';
}
