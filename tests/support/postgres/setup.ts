import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../../src/store/postgres/prepare.ts';
import { PostgresServer } from './server.ts';
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
  const server = await PostgresServer.start({ settings: SETTINGS });
  try {
    const client = new pg.Client(server.url('postgres'));
    await client.connect();
    await client.query(`create database ${TEMPLATE}`);
    await client.end();
    await prepareDatabase(server.url(TEMPLATE));
  } catch (error) {
    await server.remove();
    throw error;
  }
  project.provide('postgres', server.url('postgres'));
  return () => server.remove();
}
