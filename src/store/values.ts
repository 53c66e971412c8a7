import { sql } from 'kysely';

/**
 * The strings of a list, bound as one JSON text, as a table with the column `value`. One statement serves lists of
 * every length; a parameter for each string would make a statement for each length, to be compiled and cached. It
 * is SQLite's own function; another database has to define one of this name in its schema.
 */
export const stringsIn = (json: string) => sql<{ value: string }>`json_each(${json})`;
