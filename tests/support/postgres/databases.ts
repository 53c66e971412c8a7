import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Setting } from '../../../src/config.ts';
import { dialect } from '../dialect.ts';
import { TEMPLATE } from './template.ts';

/** The same for all nodes of a test. */
export const JWT_SECRET = 'kVn2rT8cQ1xYw5LzB7mHd4Gs9PfJ0aEuXo3iNqKtR6U=';

/** The databases of folders: a server that starts again on a folder finds its data. */
const databases = new Map<string, Promise<string>>();

/** The settings with which a server runs on the database of a folder, which is made where there is none. */
export async function databaseSettings(folder: string): Promise<Partial<Record<Setting, string>>> {
  if (dialect() === 'sqlite') return {};
  return { DATABASE_URL: await databaseUrl(folder), JWT_SECRET };
}

/** The address of the PostgreSQL database of a folder, which is made where there is none. */
export function databaseUrl(folder: string): Promise<string> {
  let url = databases.get(folder);
  if (!url) databases.set(folder, (url = createDatabase()));
  return url;
}

/** Drops the database of a folder, where it has one. */
export async function dropDatabaseOf(folder: string): Promise<void> {
  const url = await databases.get(folder);
  databases.delete(folder);
  if (url !== undefined) await dropDatabase(url);
}

/** Creates a database; `options` are those of `create database`. `server` is where: the run's PostgreSQL. */
export async function createDatabase(
  options = `template ${TEMPLATE} strategy file_copy`,
  server = inject('postgres'),
): Promise<string> {
  const name = `charla_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database ${name} ${options}`);
  const url = new URL(server);
  url.pathname = name;
  // A copy is not the same database: clients must not take its log for that of another.
  if (options.includes(TEMPLATE)) {
    await onServer(url.href, `update meta set value = gen_random_uuid() where key = 'epoch'`);
  }
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = 'postgres';
  await onServer(server.href, `drop database ${name} with (force)`);
}

/** Runs a statement on the database of an address. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
