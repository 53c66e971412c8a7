import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Dialect } from '../../../src/store/dialect.ts';
import type { Mutations } from '../../../src/store/mutation.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { openPostgres, openSqlite, type OpenDatabase } from '../../support/database.ts';
import { createDatabase, dropDatabase } from '../../support/postgres/databases.ts';
import { newFolder, removeFolder } from '../../support/server.ts';

/** A database to prove the contracts on. */
export interface ContractDialect {
  /** For the names of tests. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Makes a new database. */
  create(): Promise<Created>;
}

export interface Created {
  /** Opens it in this process, as the thread that writes does. */
  open(): Promise<OpenDatabase>;
  /** Opens it as a server does; several times at once on PostgreSQL. */
  openStore<M extends Mutations>(
    mutations: URL,
    onLost?: (error: Error) => void,
  ): Promise<Store<M>>;
  /** Deletes it, once it is closed. */
  remove(): Promise<void>;
}

const sqlite: ContractDialect = {
  name: 'SQLite',
  dialect: 'sqlite',
  create: async () => {
    const folder = newFolder();
    return {
      open: () => openSqlite(join(folder, 'charla.db')),
      openStore: (mutations, onLost) =>
        openSqliteStore({ dataDir: folder, ...storeOptions(mutations, onLost) }),
      remove: () => removeFolder(folder),
    };
  },
};

/** A PostgreSQL at an address; `options` are those of its databases. */
export const postgresAt = (name: string, server: string, options?: string): ContractDialect => ({
  name,
  dialect: 'postgres',
  create: async () => {
    const url = await createDatabase(options, server);
    // Each node has a folder of its own.
    const folders: string[] = [];
    return {
      open: () => openPostgres(url),
      openStore: (mutations, onLost) => {
        const dataDir = newFolder();
        folders.push(dataDir);
        return openPostgresStore({ url, dataDir, ...storeOptions(mutations, onLost) });
      },
      remove: async () => {
        await Promise.all(folders.map(removeFolder));
        await dropDatabase(url);
      },
    };
  },
});

const rethrow = (error: Error): void => {
  throw error;
};

const storeOptions = (mutations: URL, onLost = rethrow) => ({
  mutations,
  onLost,
  onWarning: () => {},
});

const older = inject('olderPostgres');

/** Every database that there is, one SQLite and one or two PostgreSQL. */
export const DIALECTS: readonly ContractDialect[] = [
  sqlite,
  postgresAt('PostgreSQL 18', inject('postgres')),
  ...(older === null ? [] : [postgresAt('an older PostgreSQL', older)]),
];

/** Makes a new database, which is gone when the test ends. */
export async function createNew(dialect: ContractDialect): Promise<Created> {
  const created = await dialect.create();
  onTestFinished(() => created.remove());
  return created;
}

/** Opens a new database, which closes when the test ends. */
export async function openNew(dialect: ContractDialect): Promise<OpenDatabase> {
  const opened = await (await createNew(dialect)).open();
  onTestFinished(() => opened.close());
  return opened;
}
