import { once } from 'node:events';
import { basename } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

/** A thread, and the port to it. */
export interface Thread {
  readonly worker: Worker;
  /** Not the worker's own port, on which Node sends messages of its own under `--watch`. */
  readonly port: MessagePort;
}

/** The `workerData` of a thread. */
export type ThreadData<Data> = Data & { readonly port: MessagePort };

/**
 * Starts a thread and waits until it is ready; throws what the thread threw before that. `file` is its module
 * without the extension, which is .ts in the sources and .js once compiled.
 */
export async function startThread(file: URL, data: object): Promise<Thread> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL(file.href + ending), {
    workerData: { ...data, port: port2 } satisfies ThreadData<object>,
    transferList: [port2],
    name: basename(file.pathname),
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    port.once('message', () => {
      worker.off('error', reject);
      resolve();
    });
  });
  return { worker, port };
}

/** Asks a thread to finish, and waits until it has exited. */
export async function endThread({ worker, port }: Thread): Promise<void> {
  const gone = once(worker, 'exit');
  port.postMessage(null);
  await gone;
}
