import { once } from 'node:events';
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { startThread } from '../thread.ts';

/** How often it is looked how far the copy has come, in milliseconds. */
const LOOK_MS = 100;

export interface SnapshotThreadData {
  readonly file: string;
  readonly copy: string;
}

/** What the thread sends first, and what it sends at its end. */
export type SnapshotMessage = 'ready' | { readonly bytes: number } | { readonly error: string };

/**
 * Copies a database as of one moment while a server may be writing it, without delaying the server. It has no
 * free pages, so nothing of what was deleted. SQLite's own backup would begin anew with each commit of another
 * process. Once this resolves, the copy is on disk; until then, `onProgress` gets its size. `copy` must not exist; where this throws, a part of it may.
 */
export async function snapshot(
  file: string,
  copy: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { worker, port } = await startThread(new URL('./snapshot-thread', import.meta.url), {
    file,
    copy,
  } satisfies SnapshotThreadData);
  const gone = once(worker, 'exit');
  const timer = setInterval(
    () => onProgress(statSync(copy, { throwIfNoEntry: false })?.size ?? 0),
    LOOK_MS,
  );
  try {
    port.postMessage('start');
    const [message] = (await once(port, 'message')) as [SnapshotMessage];
    if (typeof message === 'object' && 'error' in message) throw new Error(message.error);
  } finally {
    clearInterval(timer);
    port.close();
    await gone;
  }
  // SQLite does not wait for the disk here.
  const handle = await open(copy, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
