import { workerData } from 'node:worker_threads';
import type { ColumnarRows } from './columnar.ts';
import { allRaw, openForReading } from './connection.ts';
import type { ThreadData } from './thread.ts';

/*
 * The thread that reads: it is sent the queries of a turn of the main loop, answers them in order, and
 * quick ones together, so that a page that must come from the disk holds up no socket. `null` ends it.
 */
export interface ReadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Where it asks for a page. */
  readonly maxBytes?: number | undefined;
}

export type ReadAnswer =
  | ({ readonly id: number } & ColumnarRows)
  | { readonly id: number; readonly error: string; readonly code: string | undefined };

const { file, port } = workerData as ThreadData<{ file: string }>;
const connection = openForReading(file);

port.on('message', (queries: readonly ReadQuery[] | null) => {
  if (queries) {
    answerAll(queries);
  } else {
    connection.close();
    port.close();
  }
});
port.postMessage('ready');

/** How old an answer may be, in milliseconds, when another query is begun: of slow ones, none waits for many. */
const MAX_HOLD_MS = 1;

function answerAll(queries: readonly ReadQuery[]): void {
  let answers: ReadAnswer[] = [];
  let since = performance.now();
  for (const query of queries) {
    if (answers.length > 0 && performance.now() - since > MAX_HOLD_MS) {
      port.postMessage(answers);
      [answers, since] = [[], performance.now()];
    }
    answers.push(answer(query));
  }
  port.postMessage(answers);
}

function answer({ id, sql, parameters, maxBytes }: ReadQuery): ReadAnswer {
  try {
    return { id, ...allRaw(connection.prepare(sql), parameters, maxBytes) };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return { id, error: message, code };
  }
}
