import { parentPort, workerData } from 'node:worker_threads';
import { Kysely, SqliteDialect } from 'kysely';
import { commitGroup, type Acts, type Job } from './group-commit.ts';
import { migrateToLatest } from './migrate.ts';
import type { Database } from './schema.ts';
import { openForWriting } from './sqlite.ts';

/*
 * The thread that writes: it alone holds the writing connection and waits for the disk. It is sent
 * one group of jobs at a time and answers each with its GroupResult; `null` ends it.
 */
export interface WriterData {
  readonly file: string;
  /** The module that exports `acts`. */
  readonly acts: string;
}

const port = parentPort!;
const { file, acts: actsModule } = workerData as WriterData;
const { acts } = (await import(actsModule)) as { acts: Acts };
const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: openForWriting(file) }) });
await migrateToLatest(db);

port.on('message', (jobs: readonly Job[] | null) => void answer(jobs));
port.postMessage('ready');

async function answer(jobs: readonly Job[] | null): Promise<void> {
  if (jobs) {
    port.postMessage(await commitGroup(db, acts, jobs));
  } else {
    // Closing the last connection folds the write-ahead log into the file and removes it.
    await db.destroy();
    port.close();
  }
}
