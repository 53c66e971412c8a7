import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Dialect } from '../../../src/store/dialect.ts';
import type { Mutations } from '../../../src/store/mutation.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { openPostgres, openSqlite, type OpenDatabase } from '../../support/database.ts';
import { createDatabase, dropDatabase } from '../../support/postgres/databases.ts';
import { temporaryFolder } from '../../support/server.ts';

/** A database to prove the contracts on. */
export interface ContractDialect {
  /** For the names of tests. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Makes a new database, which is gone when the test ends. */
  create(): Promise<Created>;
}

export interface Created {
  /** Opens it in this process, as the thread that writes does. */
  open(): Promise<OpenDatabase>;
  /** Opens it as a server does; several times at once on PostgreSQL. */
  openStore<M extends Mutations>(mutations: URL): Promise<Store<M>>;
}

const sqlite: ContractDialect = {
  name: 'SQLite',
  dialect: 'sqlite',
  create: async () => {
    const folder = temporaryFolder();
    return {
      open: () => openSqlite(join(folder, 'charla.db')),
      openStore: (mutations) => openSqliteStore({ dataDir: folder, ...storeOptions(mutations) }),
    };
  },
};

/** A PostgreSQL at an address; `options` are those of its databases. */
export const postgresAt = (name: string, server: string, options?: string): ContractDialect => ({
  name,
  dialect: 'postgres',
  create: async () => {
    const url = await createDatabase(options, server);
    onTestFinished(() => dropDatabase(url));
    return {
      open: () => openPostgres(url),
      openStore: (mutations) =>
        openPostgresStore({ url, dataDir: temporaryFolder(), ...storeOptions(mutations) }),
    };
  },
});

const storeOptions = (mutations: URL) => ({
  mutations,
  onLost: (error: Error) => {
    throw error;
  },
  onWarning: () => {},
});

const older = inject('olderPostgres');

/** Every database that there is, one SQLite and one or two PostgreSQL. */
export const DIALECTS: readonly ContractDialect[] = [
  sqlite,
  postgresAt('PostgreSQL 18', inject('postgres')),
  ...(older === null ? [] : [postgresAt('an older PostgreSQL', older)]),
];

/** Opens a new database, which closes when the test ends. */
export async function openNew(dialect: ContractDialect): Promise<OpenDatabase> {
  const created = await dialect.create();
  const opened = await created.open();
  onTestFinished(() => opened.close());
  return opened;
}
