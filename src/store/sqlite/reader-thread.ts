import { workerData } from 'node:worker_threads';
import type { ColumnarRows } from './columnar-rows.ts';
import { allRaw, openForReading } from './connection.ts';
import type { ThreadData } from '../thread.ts';

/*
 * The thread that reads, so that a page that must come from the disk delays no socket. It receives the queries of
 * a turn of the main loop, runs them in order, and sends the results of quick ones together. `null` ends it.
 */
export interface ReadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Set for a page. */
  readonly maxBytes?: number | undefined;
}

export type ReadResult =
  | ({ readonly id: number } & ColumnarRows)
  | { readonly id: number; readonly error: string; readonly code: string | undefined };

const { file, port } = workerData as ThreadData<{ file: string }>;
const connection = openForReading(file);

port.on('message', (queries: readonly ReadQuery[] | null) => {
  if (queries) {
    runAll(queries);
  } else {
    connection.close();
    port.close();
  }
});
port.postMessage('ready');

/** How long a result may wait for others, in milliseconds: results of slow queries are sent one by one. */
const MAX_HOLD_MS = 1;

function runAll(queries: readonly ReadQuery[]): void {
  let results: ReadResult[] = [];
  let since = performance.now();
  for (const query of queries) {
    if (results.length > 0 && performance.now() - since > MAX_HOLD_MS) {
      port.postMessage(results);
      [results, since] = [[], performance.now()];
    }
    results.push(run(query));
  }
  port.postMessage(results);
}

function run({ id, sql, parameters, maxBytes }: ReadQuery): ReadResult {
  try {
    return { id, ...allRaw(connection.prepare(sql), parameters, maxBytes) };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return { id, error: message, code };
  }
}
