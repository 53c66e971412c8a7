import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { createDatabase, dropDatabase } from '../../support/postgres/databases.ts';
import { launch, type Env, type TestServer, type Times } from '../../support/server.ts';

/** The same for all nodes of a test. */
export const JWT_SECRET = 'kVn2rT8cQ1xYw5LzB7mHd4Gs9PfJ0aEuXo3iNqKtR6U=';

export interface NodeOptions extends Times {
  /** Receives the log lines of all nodes. */
  readonly log?: (line: string) => void;
}

export interface Nodes {
  /** A node, by the order in which they were started. */
  readonly at: (index: number) => TestServer;
  /** The settings with which another node runs on the same database. */
  readonly env: Env;
}

/** Starts nodes on a new database, at once, before the tests of a file. They stop after them. */
export function shareNodes(count: number, env: Env = {}, options: NodeOptions = {}): Nodes {
  const nodes: TestServer[] = [];
  const settings: Env = {};
  const { log = () => {}, ...more } = options;
  beforeAll(async () => {
    const url = await createDatabase();
    const folders = Array.from({ length: count }, () =>
      mkdtempSync(join(tmpdir(), 'charla-test-')),
    );
    // Some are known only by now.
    Object.assign(settings, env, { JWT_SECRET, DATABASE_URL: url });
    const started = folders.map((folder) => launch({ ...settings, DATA_DIR: folder }, log, more));
    nodes.push(...(await Promise.all(started)));
    return async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
      await dropDatabase(url);
    };
  });
  return { at: (index) => nodes[index]!, env: settings };
}
