import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const source = new URL('../../src/', import.meta.url);
/** An import or a re-export of values; a side effect's has no names. */
const IMPORT = /^(?:import|export) (?!type\b)(?:[^;'"]*? from )?['"]([^'"]+)['"];/gm;

/** The packages that a module loads, itself or by what it imports. */
function packagesOf(...modules: string[]): string[] {
  const seen = new Set(modules.map((module) => new URL(module, source).href));
  const packages = new Set<string>();
  for (const url of seen) {
    for (const [, path] of readFileSync(new URL(url), 'utf8').matchAll(IMPORT)) {
      if (path!.startsWith('.')) seen.add(new URL(path!, url).href);
      else if (!path!.startsWith('node:')) packages.add(path!);
    }
  }
  return [...packages].toSorted();
}

/* Each package costs every start, and memory for as long as the server runs. */
it('lets the threads of the database load no package that they do without', () => {
  const mutations = 'chat/mutations.ts';
  expect(packagesOf('store/sqlite/writer-thread.ts', mutations)).toEqual([
    'better-sqlite3',
    'kysely',
    'kysely/migration',
  ]);
  expect(packagesOf('store/sqlite/reader-thread.ts')).toEqual(['better-sqlite3']);
  expect(packagesOf('store/postgres/writer-thread.ts', mutations)).toEqual(['kysely', 'pg']);
  expect(packagesOf('store/postgres/search-thread.ts')).toEqual(['kysely', 'pg']);
});
