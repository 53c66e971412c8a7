import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry } from '../../src/store/log-entry.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { mutations as testActs } from '../support/mutations.ts';
import { firstRoomId } from '../support/database.ts';
import { temporaryFolder } from '../support/server.ts';

type TestStore = Store<typeof testActs>;

/** A store with the mutations of tests. What it commits and loses is written down. */
async function open(dataDir: string) {
  const entries: LogEntry[] = [];
  const lost: Error[] = [];
  const store: TestStore = await openSqliteStore<typeof testActs>({
    dataDir,
    mutations: new URL('../support/mutations.ts', import.meta.url),
    onLost: (error) => lost.push(error),
    onWarning: () => {},
  });
  store.follow((committed) => entries.push(...committed));
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= store.close());
  return { store, dataDir, entries, lost, close, roomId: await firstRoomId(store.db) };
}

/** A store of the test's own. */
async function openAlone(dataDir = temporaryFolder()) {
  const opened = await open(dataDir);
  onTestFinished(opened.close);
  return opened;
}

/* One for the tests that need not end it: a start takes a second. */
let shared: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'charla-test-'));
  shared = await open(folder);
  return async () => {
    await shared.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('writes', () => {
  it('are told of before they are answered, in the order of commit, and can be read then', async () => {
    const { store, entries, roomId } = shared;
    const seqs = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const seq = await store.mutate('note', { roomId, topic: String(i) });
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

  it('that come at any moment are each performed once, in the order in which they were asked for', async () => {
    const { store, entries, roomId } = await openAlone();
    const answers: Promise<number>[] = [];
    const ask = () => answers.push(store.mutate('note', { roomId, topic: String(answers.length) }));
    const inBackground: Promise<number>[] = [];
    // Gaps that are shorter and longer than a commit, and than the wait for more.
    for (const gap of Array.from({ length: 400 }, (_, i) => [0, 0, 1, 0, 3, 6][i % 6]!)) {
      for (let i = 0; i <= answers.length % 4; i += 1) ask();
      if (answers.length % 3 === 0)
        inBackground.push(store.mutate('transaction', 1, { isBackground: true }));
      await (gap === 0 ? nextTurn() : setTimeout(gap));
    }
    const seqs = await Promise.all(answers);
    expect(seqs).toEqual(seqs.map((_, i) => i + 2));
    expect(new Set(await Promise.all(inBackground)).size).toBe(inBackground.length);
    const topics = entries.map(
      ({ json }) => (JSON.parse(json) as { room: { topic: string } }).room.topic,
    );
    expect(topics).toEqual(seqs.map((_, i) => String(i)));
  });
});

describe('the end', () => {
  it('comes after everything that was asked for, and leaves one whole file', async () => {
    const { store, dataDir, roomId, close } = await openAlone();
    const writes = Array.from({ length: 50 }, async (_, i) =>
      store.mutate('note', { roomId, topic: String(i) }),
    );
    const inBackground = [1, 2, 3].map(() =>
      store.mutate('transaction', 1, { isBackground: true }),
    );
    await close();
    expect(await Promise.all([...writes, ...inBackground])).toHaveLength(53);
    expect(readdirSync(dataDir).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([]);
    const file = new SqliteDatabase(join(dataDir, 'charla.db'), { readonly: true });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.prepare('select max(seq) as seq from events').get()).toEqual({ seq: 51 });
    file.close();
  });

  it('of the writing thread is told, and everything is refused from then on', async () => {
    const { store, lost, roomId } = await openAlone();
    const writes = [store.mutate('die', undefined), store.mutate('note', { roomId, topic: 'x' })];
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'unavailable' });
    expect(lost.map((error) => error.message)).toEqual(['the thread has died']);
    const later = store.mutate('note', { roomId, topic: 'x' });
    await expect(later).rejects.toMatchObject({ code: 'unavailable' });
    await store.settled();
    expect(await firstRoomId(store.db)).toBe(roomId);
  });
});

describe('a folder', () => {
  it('serves one server at a time, and the second is told which folder is taken', async () => {
    const { dataDir, store, roomId } = shared;
    const second = open(dataDir);
    await expect(second).rejects.toThrow(`DATA_DIR ${dataDir} is in use by another Charla`);
    expect(await firstRoomId(store.db)).toBe(roomId);
  });

  it('that could not be opened is free again', async () => {
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

  it('keeps its epoch and its log', async () => {
    const first = await openAlone();
    await first.store.mutate('note', { roomId: first.roomId, topic: 'kept' });
    await first.close();
    const second = await openAlone(first.dataDir);
    expect(second.store.epoch).toBe(first.store.epoch);
    expect(await second.store.mutate('note', { roomId: first.roomId, topic: 'next' })).toBe(3);
  });
});
