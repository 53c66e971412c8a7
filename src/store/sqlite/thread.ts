import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

/** A thread, and the port by which it is talked to. */
export interface Thread {
  readonly worker: Worker;
  /**
   * Not the worker's own, on which Node sends messages, too: with `--watch`, the modules that the thread
   * has loaded.
   */
  readonly port: MessagePort;
}

/** What a thread finds as its `workerData`. */
export type ThreadData<Data> = Data & { readonly port: MessagePort };

/**
 * Starts a thread of this folder and waits until it says that it is ready; throws what it threw
 * where it did not get so far. `name` is its file without the ending, which is .ts in the sources
 * and .js once compiled.
 */
export async function startThread(name: string, data: object): Promise<Thread> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL(`./${name}${ending}`, import.meta.url), {
    workerData: { ...data, port: port2 } satisfies ThreadData<object>,
    transferList: [port2],
    name,
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

/** Tells a thread to finish, and waits until it is gone. */
export async function endThread({ worker, port }: Thread): Promise<void> {
  const gone = once(worker, 'exit');
  port.postMessage(null);
  await gone;
}
