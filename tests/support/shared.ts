import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from 'vitest';

/**
 * Opens something in a temporary folder before the tests of a file, and closes it after them: to start a thread for
 * each test would take a second each. Returns a function that returns it.
 */
export function shareOpened<T extends { close(): Promise<void> }>(
  open: (folder: string) => Promise<T>,
): () => T {
  let shared: T;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'charla-test-'));
    shared = await open(folder);
    return async () => {
      await shared.close();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  return () => shared;
}
