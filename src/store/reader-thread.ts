import { parentPort, workerData } from 'node:worker_threads';
import type { Statement } from 'better-sqlite3';
import { openForReading } from './sqlite.ts';

/*
 * The thread that reads: it is sent the queries of a turn of the main loop and answers them together,
 * so that a page that must come from the disk holds up no socket. `null` ends it.
 */
export interface ReadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type ReadAnswer =
  | {
      readonly id: number;
      readonly columns: readonly string[];
      /** Values in the order of the columns: names in every row would cost more than they do. */
      readonly rows: readonly (readonly unknown[])[];
    }
  | { readonly id: number; readonly error: string; readonly code: string | undefined };

const port = parentPort!;
const connection = openForReading((workerData as { file: string }).file);

port.on('message', (queries: readonly ReadQuery[] | null) => {
  if (queries) {
    port.postMessage(queries.map(answer));
  } else {
    connection.close();
    port.close();
  }
});
port.postMessage('ready');

const known = new WeakMap<Statement, readonly string[]>();

function columnsOf(statement: Statement): readonly string[] {
  let columns = known.get(statement);
  if (!columns) known.set(statement, (columns = statement.columns().map(({ name }) => name)));
  return columns;
}

function answer({ id, sql, parameters }: ReadQuery): ReadAnswer {
  try {
    const statement = connection.prepare(sql);
    const rows = statement.raw().all(...parameters) as unknown[][];
    return { id, columns: columnsOf(statement), rows };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return { id, error: message, code };
  }
}
