import { beforeAll } from 'vitest';
import { newFolder, removeFolder } from './server.ts';

/**
 * Opens something in a temporary folder before the tests of a file, and closes it after them: to start a thread for
 * each test would take a second each. Returns a function that returns it.
 */
export function shareOpened<T extends { close(): Promise<void> }>(
  open: (folder: string) => Promise<T>,
): () => T {
  let shared: T;
  beforeAll(async () => {
    const folder = newFolder();
    shared = await open(folder);
    return async () => {
      await shared.close();
      await removeFolder(folder);
    };
  });
  return () => shared;
}
