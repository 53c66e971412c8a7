import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MoveConfig } from './config.ts';
import { tooOld } from './node-version.ts';

/*
 * Copies the database of DATA_DIR into the one of DATABASE_URL, which must be empty. Exits with 0 when all of it is
 * there, or with 1 and one line that says what is wrong. Like the files it imports at first, it uses only syntax that
 * Node 12 can parse.
 */

void run().catch((error: unknown) => {
  console.error(error instanceof Error ? `Charla cannot move: ${error.message}` : error);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  if (tooOld !== null) throw new Error(tooOld);
  // Files that are created in DATA_DIR are private, as those of the server are.
  process.umask(0o077);
  const { readMoveConfig } = await import('./config.ts');
  const { copyToPostgres } = await import('./store/move/copy.ts');
  const config = readMoveConfig(process.env);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort());
  }
  await copyToPostgres(config, { print: (line) => console.log(line), signal: stopping.signal });
  console.log(`Start the nodes with ${secretOf(config)}: tokens stay valid only with it.`);
}

/** Says which JWT_SECRET the nodes need, without showing it. */
function secretOf({ dataDir, hasJwtSecret }: MoveConfig): string {
  const file = join(dataDir, 'jwt-secret');
  if (hasJwtSecret) return 'the JWT_SECRET that is set now';
  if (existsSync(file)) return `JWT_SECRET="$(cat ${file})"`;
  return 'the JWT_SECRET that the server had';
}
