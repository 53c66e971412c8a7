import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Database } from './tables.ts';

/**
 * The most that a page carries, in bytes of its rows' values; it carries its first row in any case. A number
 * of rows alone is no bound: 500 messages of 4,000 letters with a whole server's reactions would be 100 MB.
 */
const MAX_PAGE_BYTES = 512 * 1024;

/** A query that its connection stops before the row that would exceed so many bytes. */
export interface PageQuery<Row = unknown> extends CompiledQuery<Row> {
  readonly maxBytes: number;
}

export interface PageResult<Row> extends QueryResult<Row> {
  /** True where more rows exist that did not fit. */
  readonly isCut?: boolean;
}

/**
 * Returns the first rows of a query, as many as fit in a page. A reader thread steps no further than that;
 * where a query runs in the same thread, as in tests of plans, all rows fit.
 */
export async function readPage<Row>(
  db: Kysely<Database>,
  query: CompiledQuery<Row>,
): Promise<{ rows: Row[]; isCut: boolean }> {
  const page: PageQuery<Row> = { ...query, maxBytes: MAX_PAGE_BYTES };
  const { rows, isCut = false }: PageResult<Row> = await db.executeQuery(page);
  return { rows, isCut };
}
