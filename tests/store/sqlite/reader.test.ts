import { join } from 'node:path';
import { MessagePort } from 'node:worker_threads';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { migrateToLatest } from '../../../src/store/migrate.ts';
import { readPage } from '../../../src/store/page.ts';
import { openReader } from '../../../src/store/sqlite/reader.ts';
import { Writable } from '../../../src/store/sqlite/writable.ts';
import { firstRoomId } from '../../support/database.ts';
import { shareOpened } from '../../support/shared.ts';

const shared = shareOpened(async (folder) => {
  const file = join(folder, 'charla.db');
  const writable = new Writable(file);
  await migrateToLatest(writable.db, 'sqlite');
  const reader = openReader(file, (error) => {
    throw error;
  });
  return { reader, close: () => reader.close().then(() => writable.close()) };
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a reader', () => {
  it('resolves queries in order, each as soon as it has a result', async () => {
    const { reader } = shared();
    const count = async (to: number) => {
      const { rows } = await sql<{ n: number }>`with recursive t(n) as
        (select 1 union all select n + 1 from t where n < ${to}) select max(n) as n from t`.execute(
        reader.db,
      );
      return rows[0]!.n;
    };
    const order: number[] = [];
    const queries = [1, 300_000, 2_000_000, 2].map(async (to) => order.push(await count(to)));
    await queries[1];
    // Results that arrive in one message resolve in one turn.
    await nextTurn();
    expect(order).toEqual([1, 300_000]);
    await Promise.all(queries);
    expect(order).toEqual([1, 300_000, 2_000_000, 2]);
  });

  it('makes a short query wait for at most two pages, and runs pages in order', async () => {
    const { reader } = shared();
    const order: string[] = [];
    const page = async (n: number) => {
      await sql`with recursive t(n) as (select 1 union all select n + 1 from t where n < 100000)
        select max(n) from t`.execute(reader.pagesDb);
      order.push(`page ${n}`);
    };
    const pages = Array.from({ length: 20 }, async (_, n) => page(n));
    await nextTurn();
    await firstRoomId(reader.db);
    expect(order.length).toBeLessThanOrEqual(2);
    await Promise.all(pages);
    expect(order).toEqual(pages.map((_, n) => `page ${n}`));
  });

  it('ends a page before the first row that does not fit, but always returns one row', async () => {
    const { reader } = shared();
    const rows = async (length: number, count: number) => {
      const query = sql<{ n: number; text: string }>`with recursive t(n) as
        (select 1 union all select n + 1 from t where n < ${count})
        select n, printf('%.*c', ${length}, 'x') as text from t`.compile(reader.pagesDb);
      const page = await readPage(reader.pagesDb, query);
      expect(page.rows.map(({ n }) => n)).toEqual(page.rows.map((_, i) => i + 1));
      return [page.rows.length, page.isCut];
    };
    expect(await rows(10, 500)).toEqual([500, false]);
    expect(await rows(100 * 1024, 5)).toEqual([5, false]);
    expect(await rows(100 * 1024, 6)).toEqual([5, true]);
    expect(await rows(2_000_000, 3)).toEqual([1, true]);
    expect(await rows(2_000_000, 1)).toEqual([1, false]);
    // A statement that was stopped halfway can run again.
    expect(await rows(100 * 1024, 6)).toEqual([5, true]);
  });

  it('sends the queries of one turn to its thread in one message', async () => {
    const { reader } = shared();
    const postMessage = vi.spyOn(MessagePort.prototype, 'postMessage');
    onTestFinished(() => postMessage.mockRestore());
    const select = (n: number) => sql<{ n: number }>`select ${n} as n`.execute(reader.db);
    const results = await Promise.all(Array.from({ length: 100 }, async (_, n) => select(n)));
    expect(results.map(({ rows }) => rows[0]!.n)).toEqual(results.map((_, n) => n));
    expect(postMessage).toHaveBeenCalledTimes(1);
  });

  it('cannot write', async () => {
    const { reader } = shared();
    const write = sql`insert into meta values ('x', 'x') returning key`.execute(reader.db);
    await expect(write).rejects.toThrow(/readonly/);
    const transaction = reader.db.transaction().execute(async (trx) => firstRoomId(trx));
    await expect(transaction).rejects.toThrow();
  });

  it('rejects an invalid query alone, and runs the next one', async () => {
    const { reader } = shared();
    const roomId = await firstRoomId(reader.db);
    await expect(sql`select nonsense`.execute(reader.db)).rejects.toThrow(/no such column/);
    expect(await firstRoomId(reader.db)).toBe(roomId);
  });

  it('rejects what it was asked where its thread could not start, and tells why once', async () => {
    const onLost = vi.fn<(error: Error) => void>();
    const reader = openReader('/no/such/folder/charla.db', onLost);
    const asked = await Promise.allSettled([firstRoomId(reader.db), firstRoomId(reader.pagesDb)]);
    for (const { reason } of asked as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'unavailable' });
    await expect(firstRoomId(reader.db)).rejects.toMatchObject({ code: 'unavailable' });
    expect(onLost).toHaveBeenCalledOnce();
    expect(onLost.mock.lastCall![0].message).toContain('directory');
    await reader.close();
  });
});
