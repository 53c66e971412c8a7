import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MessagePort } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LogEntry } from '../../src/store/log-entry.ts';
import { readPage } from '../../src/store/page.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { Writer } from '../../src/store/sqlite/writer.ts';
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

/** The thread that writes alone: nothing runs in it but what the test starts. */
async function openWriter(): Promise<Pick<TestStore, 'mutate'>> {
  const file = join(temporaryFolder(), 'charla.db');
  const mutations = new URL('../support/mutations.ts', import.meta.url).href;
  const onLost = (error: Error) => {
    throw error;
  };
  const writer = await Writer.open({ file, mutations }, () => {}, onLost);
  onTestFinished(() => writer.close());
  return { mutate: (name, input, how) => writer.mutate(name, input, how) as never };
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
  it('that are asked for in one turn share a transaction', async () => {
    const { store } = shared;
    const writes = Array.from({ length: 100 }, async () => store.mutate('transaction', 0));
    const transactions = new Set(await Promise.all(writes));
    expect(transactions.size).toBe(1);
    expect(transactions).not.toContain(await store.mutate('transaction', 0));
  });

  it('that arrive while a group commits share the next one', async () => {
    const store = await openWriter();
    const first = store.mutate('transaction', 100);
    await nextTurn();
    const writes: Promise<number>[] = [];
    for (let i = 0; i < 5; i += 1) {
      writes.push(store.mutate('transaction', 0));
      await nextTurn();
    }
    const next = (await first) + 1;
    expect(await Promise.all(writes)).toEqual([next, next, next, next, next]);
  });

  it('that are very many do not make one transaction of any size', async () => {
    const { store } = shared;
    const writes = Array.from({ length: 2500 }, async () => store.mutate('transaction', 0));
    const transactions = await Promise.all(writes);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    for (const n of new Set(transactions)) {
      expect(transactions.filter((m) => m === n).length).toBeLessThanOrEqual(1000);
    }
  });

  it('that carry much text share a transaction with few, and one that carries more goes alone', async () => {
    const { store } = shared;
    const lengths = [
      ...Array<number>(200).fill(4000),
      300_000,
      300_000,
      ...Array<number>(9).fill(1),
    ];
    const writes = lengths.map(async (length) => store.mutate('say', { text: 'x'.repeat(length) }));
    const transactions = await Promise.all(writes);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    const groups = [...new Set(transactions)].map((n) =>
      lengths.filter((_, i) => transactions[i] === n),
    );
    expect(groups.map((group) => group.length)).toEqual([65, 65, 65, 5, 1, 1, 9]);
  });

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

  it('in the background run alone, one after each group', async () => {
    const store = await openWriter();
    const order: string[] = [];
    const write = async (name: string, isBackground: boolean) => {
      const transaction = await store.mutate('transaction', 1, { isBackground });
      order.push(name);
      return transaction;
    };
    const first = write('group', false);
    const inBackground = ['background 1', 'background 2', 'background 3'].map((name) =>
      write(name, true),
    );
    await first;
    const second = write('group', false);
    const transactions = await Promise.all([first, second, ...inBackground]);
    expect(new Set(transactions).size).toBe(5);
    expect(order).toEqual(['group', 'background 1', 'group', 'background 2', 'background 3']);
  });

  it('that are refused tell why, across the thread, and those that fail name the act', async () => {
    const { store } = shared;
    await expect(store.mutate('refuse', undefined)).rejects.toMatchObject({
      name: 'ChatError',
      code: 'forbidden',
      message: 'not you',
      details: [{ path: '/x', message: 'no' }],
      retryAfter: 7,
    });
    const failed = store.mutate('fail', undefined);
    await expect(failed).rejects.toThrow('The mutation fail failed: a mistake of the server');
    expect(await store.mutate('transaction', 0)).toBeGreaterThan(0);
  });
});

describe('reads', () => {
  it('that are asked for in one turn are answered in order, and a slow one does not wait for the next', async () => {
    const { store } = shared;
    const count = async (to: number) => {
      const { rows } = await sql<{ n: number }>`with recursive t(n) as
        (select 1 union all select n + 1 from t where n < ${to}) select max(n) as n from t`.execute(
        store.db,
      );
      return rows[0]!.n;
    };
    const order: number[] = [];
    const asked = [1, 300_000, 2_000_000, 2].map(async (to) => order.push(await count(to)));
    await asked[1];
    // What comes in one message is told in one turn.
    await nextTurn();
    expect(order).toEqual([1, 300_000]);
    await Promise.all(asked);
    expect(order).toEqual([1, 300_000, 2_000_000, 2]);
  });

  it('that are short wait for two pages at most, and pages for each other', async () => {
    const { store } = shared;
    const order: string[] = [];
    const page = async (n: number) => {
      await sql`with recursive t(n) as (select 1 union all select n + 1 from t where n < 100000)
        select max(n) from t`.execute(store.pagesDb);
      order.push(`page ${n}`);
    };
    const pages = Array.from({ length: 20 }, async (_, n) => page(n));
    await nextTurn();
    await firstRoomId(store.db);
    expect(order.length).toBeLessThanOrEqual(2);
    await Promise.all(pages);
    expect(order).toEqual(pages.map((_, n) => `page ${n}`));
  });

  it('of pages end where the next row does not fit, and have the first in any case', async () => {
    const { store } = shared;
    const rows = async (length: number, count: number) => {
      const query = sql<{ n: number; text: string }>`with recursive t(n) as
        (select 1 union all select n + 1 from t where n < ${count})
        select n, printf('%.*c', ${length}, 'x') as text from t`.compile(store.pagesDb);
      const page = await readPage(store.pagesDb, query);
      expect(page.rows.map(({ n }) => n)).toEqual(page.rows.map((_, i) => i + 1));
      return [page.rows.length, page.isCut];
    };
    expect(await rows(10, 500)).toEqual([500, false]);
    expect(await rows(100 * 1024, 5)).toEqual([5, false]);
    expect(await rows(100 * 1024, 6)).toEqual([5, true]);
    expect(await rows(2_000_000, 3)).toEqual([1, true]);
    expect(await rows(2_000_000, 1)).toEqual([1, false]);
    // Stopped halfway, the statement can be run again.
    expect(await rows(100 * 1024, 6)).toEqual([5, true]);
  });

  it('that are asked for in one turn go to the thread together', async () => {
    const { store } = shared;
    const sent = vi.spyOn(MessagePort.prototype, 'postMessage');
    onTestFinished(() => sent.mockRestore());
    const one = (n: number) => sql<{ n: number }>`select ${n} as n`.execute(store.db);
    const answers = await Promise.all(Array.from({ length: 100 }, async (_, n) => one(n)));
    expect(answers.map(({ rows }) => rows[0]!.n)).toEqual(answers.map((_, n) => n));
    expect(sent).toHaveBeenCalledTimes(1);
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

describe('reads', () => {
  it('cannot write', async () => {
    const { store } = shared;
    const write = sql`insert into meta values ('x', 'x') returning key`.execute(store.db);
    await expect(write).rejects.toThrow(/readonly/);
    const transaction = store.db.transaction().execute(async (trx) => firstRoomId(trx));
    await expect(transaction).rejects.toThrow();
  });

  it('that do not fit fail alone', async () => {
    const { store, roomId } = shared;
    await expect(sql`select nonsense`.execute(store.db)).rejects.toThrow(/no such column/);
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
