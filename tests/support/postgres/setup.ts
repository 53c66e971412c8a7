import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../../src/store/postgres/prepare.ts';
import { otherBinaries } from './binaries.ts';
import { PostgresServer, type PostgresOptions } from './server.ts';
import { TEMPLATE } from './template.ts';

/*
 * One PostgreSQL for all tests of a run. It waits for no disk, which saves half of its time and changes nothing that
 * these tests see: they kill servers of Charla, not this one, and the kernel keeps what a killed process has written.
 * Tests of crashes of the database start their own, which does wait.
 */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  jit: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '4GB',
};

/** Starts PostgreSQL before the tests of the project, and removes it after them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const bin = otherBinaries();
  const servers = await startAll(bin === null ? [{}] : [{}, { bin }]);
  const removeAll = async () => {
    await Promise.all(servers.map((server) => server.remove()));
  };
  try {
    await Promise.all(servers.map(createTemplate));
  } catch (error) {
    await removeAll();
    throw error;
  }
  project.provide('postgres', servers[0]!.url('postgres'));
  project.provide('olderPostgres', servers[1]?.url('postgres') ?? null);
  return removeAll;
}

/** Starts them all, or none. */
async function startAll(options: readonly PostgresOptions[]): Promise<PostgresServer[]> {
  const started = await Promise.allSettled(
    options.map((one) => PostgresServer.start({ ...one, settings: SETTINGS })),
  );
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (!failed) return servers;
  await Promise.all(servers.map((server) => server.remove()));
  throw failed.reason;
}

async function createTemplate(server: PostgresServer): Promise<void> {
  const client = new pg.Client(server.url('postgres'));
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await prepareDatabase(server.url(TEMPLATE));
}
