import { inject } from 'vitest';
import type { Dialect } from '../../src/store/dialect.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that the project's servers run on. */
    database: Dialect;
    /** The address of the run's PostgreSQL, without a database of its own. */
    postgres: string;
    /** The same of an older one, for the contracts; null where none is installed. */
    olderPostgres: string | null;
  }
}

/** The database that servers of this test run on. */
export const dialect = (): Dialect => inject('database');
