import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs pg_dump, which writes a consistent copy of a database while nodes run on it. */
export const dump = (url: string, file: string): Promise<void> =>
  runTool('pg_dump', url, ['--format=custom', '--no-unlogged-table-data', `--file=${file}`]);

/** Runs pg_restore on an empty database: all of the copy is there at its end, or nothing. */
export const restoreDump = (url: string, file: string): Promise<void> =>
  runTool('pg_restore', url, [
    '--single-transaction',
    '--exit-on-error',
    '--no-owner',
    '--no-privileges',
    file,
  ]);

/** Runs one of PostgreSQL's programs, which gets the password where no list of processes shows it. */
async function runTool(name: string, url: string, args: readonly string[]): Promise<void> {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = '';
  const child = spawn(name, [`--dbname=${address.href}`, ...args], {
    env: { ...process.env, ...(password && { PGPASSWORD: password }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It would go on without whoever waits for it.
  const stop = () => void child.kill('SIGKILL');
  process.on('exit', stop);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const [code, signal] = (await once(child, 'close').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      const message = `${name} is not in the PATH; install PostgreSQL's client programs, of the version of the server or newer`;
      throw new Error(message, { cause: error });
    })) as [number | null, string | null];
    if (code !== 0) throw new Error(said.trim() || `${name} ended with ${code ?? signal}`);
  } finally {
    process.off('exit', stop);
  }
}
