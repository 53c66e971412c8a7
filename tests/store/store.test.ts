import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry } from '../../src/store/log-entry.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { mutations as testMutations } from '../support/mutations.ts';
import { firstRoomId } from '../support/database.ts';
import { temporaryFolder } from '../support/server.ts';
import { shareOpened } from '../support/shared.ts';

type TestStore = Store<typeof testMutations>;

/** Opens a store with the test mutations, and records its log entries and lost threads. */
async function open(dataDir: string) {
  const entries: LogEntry[] = [];
  const lost: Error[] = [];
  const store: TestStore = await openSqliteStore<typeof testMutations>({
    dataDir,
    mutations: new URL('../support/mutations.ts', import.meta.url),
    onLost: (error) => lost.push(error),
    onWarning: () => {},
  });
  const deliver = (committed: readonly LogEntry[]) => void entries.push(...committed);
  store.follow({ deliver, reset: () => {} });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= store.close());
  return { store, dataDir, entries, lost, close, roomId: await firstRoomId(store.db) };
}

/** Opens a store that closes when the test ends. */
async function openAlone(dataDir = temporaryFolder()) {
  const opened = await open(dataDir);
  onTestFinished(opened.close);
  return opened;
}

const shared = shareOpened(open);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the mutations of a store', () => {
  it('reach the follower in the order of commit, and can be read, before they resolve', async () => {
    const { store, entries, roomId } = shared();
    const seqs = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const seq = await store.mutate('logTopic', { roomId, topic: String(i) });
        expect(entries.map((entry) => entry.seq)).toContain(seq);
        const row = await store.db
          .selectFrom('events')
          .select('seq')
          .where('seq', '=', seq)
          .executeTakeFirst();
        expect(row).toEqual({ seq });
        return seq;
      }),
    );
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
    expect(entries.map((entry) => entry.seq)).toEqual(seqs);
  });

  it('run once each, in the order of the calls, with any gaps between them', async () => {
    const { store, entries, roomId } = await openAlone();
    const results: Promise<number>[] = [];
    const mutate = () =>
      results.push(store.mutate('logTopic', { roomId, topic: String(results.length) }));
    const backgroundJobs: Promise<number>[] = [];
    // Gaps in milliseconds, shorter and longer than a commit and than the delay before one.
    for (const gap of Array.from({ length: 400 }, (_, i) => [0, 0, 1, 0, 3, 6][i % 6]!)) {
      for (let i = 0; i <= results.length % 4; i += 1) mutate();
      if (results.length % 3 === 0)
        backgroundJobs.push(store.mutate('transactionNumber', { ms: 1 }, { isBackground: true }));
      await (gap === 0 ? nextTurn() : setTimeout(gap));
    }
    const seqs = await Promise.all(results);
    expect(seqs).toEqual(seqs.map((_, i) => i + 2));
    expect(new Set(await Promise.all(backgroundJobs)).size).toBe(backgroundJobs.length);
    const topics = entries.map(
      ({ json }) => (JSON.parse(json) as { room: { topic: string } }).room.topic,
    );
    expect(topics).toEqual(seqs.map((_, i) => String(i)));
  });
});

describe('closing a store', () => {
  it('waits for every mutation, and leaves one intact file', async () => {
    const { store, dataDir, roomId, close } = await openAlone();
    const mutations = Array.from({ length: 50 }, async (_, i) =>
      store.mutate('logTopic', { roomId, topic: String(i) }),
    );
    const backgroundJobs = [1, 2, 3].map(() =>
      store.mutate('transactionNumber', { ms: 1 }, { isBackground: true }),
    );
    await close();
    expect(await Promise.all([...mutations, ...backgroundJobs])).toHaveLength(53);
    expect(readdirSync(dataDir).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([]);
    const file = new SqliteDatabase(join(dataDir, 'charla.db'), { readonly: true });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.prepare('select max(seq) as seq from events').get()).toEqual({ seq: 51 });
    file.close();
  });
});

describe('a crash of the writer thread', () => {
  it('is reported, and rejects every mutation from then on, but no query', async () => {
    const { store, lost, roomId } = await openAlone();
    const mutations = [
      store.mutate('crash', undefined),
      store.mutate('logTopic', { roomId, topic: 'x' }),
    ];
    for (const mutation of mutations)
      await expect(mutation).rejects.toMatchObject({ code: 'unavailable' });
    expect(lost.map((error) => error.message)).toEqual(['the thread has crashed']);
    const later = store.mutate('logTopic', { roomId, topic: 'x' });
    await expect(later).rejects.toMatchObject({ code: 'unavailable' });
    await store.settled();
    expect(await firstRoomId(store.db)).toBe(roomId);
  });
});

describe('a data folder', () => {
  it('opens for one server at a time, and the error for the second names the folder', async () => {
    const { dataDir, store, roomId } = shared();
    const second = open(dataDir);
    await expect(second).rejects.toThrow(`DATA_DIR ${dataDir} is in use by another Charla`);
    expect(await firstRoomId(store.db)).toBe(roomId);
  });

  it('can be opened again after it failed to open', async () => {
    const dataDir = temporaryFolder();
    const broken = openSqliteStore({
      dataDir,
      mutations: new URL('../support/no-such-mutations.ts', import.meta.url),
      onLost: () => {},
      onWarning: () => {},
    });
    await expect(broken).rejects.toThrow(/no-such-mutations/);
    await (await openAlone(dataDir)).close();
  });

  it('keeps its epoch and its log when it is opened again', async () => {
    const first = await openAlone();
    await first.store.mutate('logTopic', { roomId: first.roomId, topic: 'kept' });
    await first.close();
    const second = await openAlone(first.dataDir);
    expect(second.store.epoch).toBe(first.store.epoch);
    expect(await second.store.mutate('logTopic', { roomId: first.roomId, topic: 'next' })).toBe(3);
  });
});
