import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HighWaterMark } from '../high-water-mark.ts';
import { requireLatest } from '../migrate.ts';
import { readHeadPos } from '../queries/log.ts';
import { readEpoch } from '../queries/meta.ts';
import { openForReading, type SqliteConnection } from '../sqlite/connection.ts';
import { lockFolder } from '../sqlite/folder-lock.ts';
import { kyselyOn } from '../sqlite/writable.ts';
import { COPIED_META, listOf, type CopiedTable } from './tables.ts';

/** The SQLite database of a folder, which no server uses meanwhile. It is only read. */
export interface Source {
  readonly columns: (table: CopiedTable) => string[];
  readonly count: (table: CopiedTable) => number;
  /** The rows in the order of the key, one at a time. */
  readonly rows: (table: CopiedTable) => Iterable<Record<string, unknown>>;
  readonly close: () => void;
}

/** Throws an Error with one line that says why the folder cannot be copied. */
export async function openSource(dataDir: string): Promise<Source> {
  const file = join(dataDir, 'charla.db');
  if (!existsSync(file)) {
    throw new Error(`DATA_DIR=${dataDir} has no charla.db; set it to the folder of the server`);
  }
  const unlock = lockFolder(dataDir);
  let connection: SqliteConnection | undefined;
  try {
    connection = openForReading(file);
    // All reads see the same state, whatever else opens the file.
    connection.prepare('begin').run();
    return { ...(await openLocked(connection, file)), close: () => close(connection!, unlock) };
  } catch (error) {
    if (connection) connection.close();
    unlock();
    throw new Error(`DATA_DIR=${dataDir} cannot be copied: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function close(connection: SqliteConnection, unlock: () => void): void {
  connection.close();
  unlock();
}

async function openLocked(
  connection: SqliteConnection,
  file: string,
): Promise<Omit<Source, 'close'>> {
  const db = kyselyOn(connection);
  await requireLatest(db, 'sqlite');
  const epoch = await readEpoch(db);
  // A server that starts on a restored backup gives it a new epoch, and so does the copy of one.
  const isRestored = HighWaterMark.isRestored(`${file}-pos`, epoch, await readHeadPos(db));
  const copiedEpoch = isRestored ? randomUUID() : epoch;
  const parametersOf = ({ name }: CopiedTable) => (name === 'meta' ? [copiedEpoch] : []);
  const columnsOf = (table: CopiedTable) =>
    connection
      .prepare(`select * from ${fromOf(table)}`)
      .columns()
      .map(({ name }) => name);
  return {
    columns: columnsOf,
    count: (table) => {
      const counting = connection.prepare(`select count(*) as count from ${fromOf(table)}`);
      return (counting.get(...parametersOf(table)) as { count: number }).count;
    },
    rows: (table) => {
      const columns = listOf(columnsOf(table));
      const order = listOf(table.key);
      const sorted = `select ${columns} from ${fromOf(table)} order by ${order}`;
      return connection.prepare(sorted).iterate(...parametersOf(table)) as Iterable<
        Record<string, unknown>
      >;
    },
  };
}

const fromOf = ({ name }: CopiedTable) => (name === 'meta' ? META : `"${name}"`);

const META = `(select key, case key when 'epoch' then ? else value end as value from meta
  where key in (${COPIED_META.map((key) => `'${key}'`).join(', ')}))`;
