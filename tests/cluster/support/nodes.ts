import { onTestFinished } from 'vitest';
import { startServer, type Env, type TestServer } from '../../support/server.ts';
import { createDatabase, dropDatabase } from '../../support/postgres/databases.ts';

/** The same for all nodes of a test. */
const JWT_SECRET = 'kVn2rT8cQ1xYw5LzB7mHd4Gs9PfJ0aEuXo3iNqKtR6U=';

/** The settings with which nodes run on a new database, which is dropped when the test is over. */
export async function sharedDatabase(): Promise<Env> {
  const url = await createDatabase();
  onTestFinished(() => dropDatabase(url));
  return { DATABASE_URL: url, JWT_SECRET };
}

/** Starts nodes on a new database, at once. They stop when the test is over. */
export async function startNodes(
  count: number,
  env: Env = {},
): Promise<[TestServer, TestServer, ...TestServer[]]> {
  const settings = { ...(await sharedDatabase()), ...env };
  const nodes = Array.from({ length: count }, () => startServer(settings));
  return (await Promise.all(nodes)) as [TestServer, TestServer];
}
