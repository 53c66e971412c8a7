import type { CompiledQuery, QueryResult } from 'kysely';
import type pg from 'pg';

/** Statements that a connection keeps prepared; what else it runs is planned each time. */
const MAX_STATEMENTS = 500;

/**
 * Names of prepared statements, by their SQL. The same for all connections of a process: a statement that a connection
 * has not seen is prepared there when it is first run.
 */
const names = new Map<string, string>();

function statementName(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < MAX_STATEMENTS) {
    names.set(sql, (name = `charla_${names.size + 1}`));
  }
  return name;
}

/** The driver's form of a query. */
export function toDriver({ sql, parameters }: CompiledQuery): pg.QueryConfig {
  const name = parameters.length > 0 ? statementName(sql) : undefined;
  return { text: sql, values: parameters.map(withoutNul), ...(name !== undefined && { name }) };
}

/**
 * No text that is stored holds NUL, and PostgreSQL refuses one that does. An id or an email of a request may: it becomes
 * another that is not stored either, so that nothing is found, as on SQLite.
 */
const withoutNul = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

/** Kysely's form of a result. */
export function toResult({ rows, rowCount }: pg.QueryResult): QueryResult<unknown> {
  return { rows, ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) };
}
