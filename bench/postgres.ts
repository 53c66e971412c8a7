import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawnPinned } from './processes.ts';

/** A PostgreSQL server on an empty folder. */
export interface Postgres {
  /** The process whose children serve the connections. */
  readonly pid: number;
  /** Creates an empty database and returns its address. */
  createDatabase(): Promise<string>;
  /** Removes a database that `createDatabase` returned. */
  dropDatabase(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on a new folder within `parent`. It also stops when this process dies. */
export async function startPostgres(parent: string): Promise<Postgres> {
  const folder = mkdtempSync(join(parent, 'postgres-'));
  const command = [process.execPath, 'bench/peers/postgres.js', folder];
  const child = spawnPinned('database', command, {});
  child.stderr!.pipe(process.stderr, { end: false });
  const exited = once(child, 'exit');
  const died = exited.then((): never => {
    throw new Error('PostgreSQL exited by itself');
  });
  died.catch(() => {});
  const reply = async () => ((await Promise.race([once(child, 'message'), died])) as [string])[0];
  const run = async (statement: string) => {
    const done = reply();
    child.send(statement);
    await done;
  };
  const server = await reply();
  let databases = 0;
  return {
    pid: Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10),
    createDatabase: async () => {
      databases += 1;
      const name = `bench_${databases}`;
      await run(`CREATE DATABASE ${name}`);
      return `${server}/${name}`;
    },
    // A connection of a server that has just ended may still be there.
    dropDatabase: (url) => run(`DROP DATABASE ${url.slice(server.length + 1)} WITH (FORCE)`),
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
