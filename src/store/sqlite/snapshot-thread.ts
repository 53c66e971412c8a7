import { statSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from '../thread.ts';
import { openForReading } from './connection.ts';
import type { SnapshotMessage, SnapshotThreadData } from './snapshot.ts';

/* The thread that copies a database: the statement takes as long as the database is large. */

const { file, copy, port } = workerData as ThreadData<SnapshotThreadData>;

port.once('message', () => {
  try {
    const connection = openForReading(file);
    try {
      connection.prepare('vacuum into ?').run(copy);
    } finally {
      connection.close();
    }
    send({ bytes: statSync(copy).size });
  } catch (error) {
    send({ error: (error as Error).message });
  }
});
send('ready');

function send(message: SnapshotMessage): void {
  port.postMessage(message);
}
