import { parentPort, workerData } from 'node:worker_threads';
import type { RawRows } from './raw-rows.ts';
import { allRaw, openForReading } from './sqlite.ts';

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
  | ({ readonly id: number } & RawRows)
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

function answer({ id, sql, parameters }: ReadQuery): ReadAnswer {
  try {
    return { id, ...allRaw(connection.prepare(sql), parameters) };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return { id, error: message, code };
  }
}
