import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Lockfile {
  readonly packages: Record<string, { readonly gypfile?: boolean }>;
}

/*
 * better-sqlite3 contains its binaries, and a binding.gyp for those who compile it. npm 10, which comes with Node 22,
 * runs the latter and fails if there is no Python. The package itself has "gypfile": false, but npm reads that
 * from the lockfile and omits it when it writes one. Put it back after `npm install`.
 */
it.each(['package-lock.json', 'bench/peers/package-lock.json'])(
  '%s keeps npm 10 from compiling better-sqlite3',
  (file) => {
    const { packages } = JSON.parse(
      readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'),
    ) as Lockfile;
    expect(packages['node_modules/better-sqlite3']).toMatchObject({ gypfile: false });
  },
);
