import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread of this folder and waits until it says that it is ready; throws what it threw
 * where it did not get so far. `name` is its file without the ending, which is .ts in the sources
 * and .js once compiled.
 */
export async function startThread(name: string, workerData: unknown): Promise<Worker> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new Worker(new URL(`./${name}${ending}`, import.meta.url), { workerData, name });
  await once(worker, 'message');
  return worker;
}

/** Tells a thread to finish, and waits until it is gone. */
export async function endThread(worker: Worker): Promise<void> {
  const gone = once(worker, 'exit');
  worker.postMessage(null);
  await gone;
}
