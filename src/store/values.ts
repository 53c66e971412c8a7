import { sql } from 'kysely';

/**
 * The strings of a list, bound as one JSON text, as a table with the column `value`. One statement
 * serves lists of every length, where a parameter for each string would make a statement for each
 * length, to be compiled and cached. Only this file knows how SQLite reads such a list.
 */
export const stringsIn = (json: string) => sql<{ value: string }>`json_each(${json})`;
