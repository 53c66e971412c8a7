import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, onTestFinished } from 'vitest';
import type { Setting } from '../../src/config.ts';
import { runMain, type Child } from './child.ts';
import { createDatabase } from './postgres/databases.ts';
import { PostgresServer } from './postgres/server.ts';

/** A PostgreSQL for the tests of a file. Returns what creates a database there. It waits for no disk: these tests kill its clients, not it. */
export function sharePostgres() {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start({ settings: { fsync: 'off' } });
    return () => server.remove();
  });
  return (options = ''): Promise<string> => createDatabase(options, server.url('postgres'));
}

/** Runs statements on a connection of their own, and returns the rows of the last one. */
export async function query(url: string, ...statements: string[]): Promise<object[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    let rows: object[] = [];
    for (const statement of statements) ({ rows } = await client.query<object>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** The tables of a database, by name. */
export async function tablesOf(url: string): Promise<object[]> {
  return query(url, `select tablename from pg_tables where schemaname = 'public' order by 1`);
}

/** Runs the move as an operator does, from the sources. */
export const startMove = (env: Partial<Record<Setting, string>>): Child =>
  runMain(env, [process.execPath, 'src/charla.ts', 'migrate-to-postgres']);

/** Moves a folder to a database, and returns the lines that were printed. */
export async function move(dataDir: string, url: string): Promise<readonly string[]> {
  const child = startMove({ DATA_DIR: dataDir, DATABASE_URL: url });
  expect({ ...(await child.exited), stderr: child.stderr }).toEqual({
    code: 0,
    signal: null,
    stderr: [],
  });
  return child.stdout;
}

/** The settings of a node on the database, with the key of the folder that was moved there. */
export const settingsOfNode = (dataDir: string, url: string) => ({
  DATABASE_URL: url,
  JWT_SECRET: readFileSync(join(dataDir, 'jwt-secret'), 'utf8'),
});

/** A link to a database, which a test can stop. */
export interface Link {
  /** The address of the database over this link. */
  readonly url: string;
  /** Resolves when the link has stopped: it passes on nothing more, in either direction. */
  readonly stopped: Promise<void>;
  /** Breaks all connections. */
  cut(): void;
}

/** Opens a link that stops when `isOver` says so, of what a client has sent in all and sends now. */
export async function openLink(
  url: string,
  isOver: (sent: number, chunk: Buffer) => boolean,
): Promise<Link> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    sockets.push(client, server);
    let sent = 0;
    let isStopped = false;
    client.on('data', (chunk: Buffer) => {
      if (isStopped) return;
      isStopped = isOver((sent += chunk.length), chunk);
      // What stops the link still arrives, but nobody hears of what became of it.
      server.write(chunk);
      if (isStopped) stop();
    });
    server.on('data', (chunk: Buffer) => {
      if (!isStopped) client.write(chunk);
    });
    client.on('close', () => server.destroy()).on('error', () => {});
    server.on('close', () => client.destroy()).on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  const over = new URL(url);
  over.port = String((proxy.address() as AddressInfo).port);
  return { url: over.href, stopped, cut };
}
