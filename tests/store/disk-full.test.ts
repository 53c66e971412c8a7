import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { commitGroup } from '../../src/store/group.ts';
import type { Mutations } from '../../src/store/mutation.ts';
import { openForReading } from '../../src/store/sqlite/connection.ts';
import type { Tx } from '../../src/store/transaction.ts';
import { logTopic } from '../support/mutations.ts';
import { firstRoomId, openDatabase } from '../support/database.ts';

it('refuses writes as unavailable while the disk is full, goes on reading, and writes again after', async () => {
  const { db, file, writable } = await openDatabase();
  const roomId = await firstRoomId(db);
  const reader = openForReading(file);
  const mutations = {
    note: (tx: Tx, topic: string) => logTopic(tx, roomId, topic),
  } satisfies Mutations;
  const commit = async (count: number, topic: string) =>
    commitGroup(
      writable,
      mutations,
      Array.from({ length: count }, () => ({ mutation: 'note', input: topic })),
    );
  const seqs = () =>
    reader
      .prepare('select seq from events order by pos')
      .all()
      .map((row) => (row as { seq: number }).seq);
  const big = 'x'.repeat(50_000);

  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  // The disk ends some pages from here.
  await sql`pragma max_page_count = ${sql.lit(pages.rows[0]!.page_count + 40)}`.execute(db);
  let acked = 1;
  for (let round = 0; round < 3; round += 1) {
    const { outcomes, entries } = await commit(5, big);
    for (const outcome of outcomes) {
      if ('value' in outcome) expect(outcome.value).toBe((acked += 1));
      else expect(outcome).toMatchObject({ refused: { code: 'unavailable', retryAfter: 1 } });
    }
    expect(entries).toHaveLength(outcomes.filter((outcome) => 'value' in outcome).length);
    expect(seqs()).toEqual(Array.from({ length: acked }, (_, i) => i + 1));
  }
  expect(acked).toBeLessThan(16);
  expect(acked).toBeGreaterThan(1);

  await sql`pragma max_page_count = 1000000`.execute(db);
  const { outcomes } = await commit(3, big);
  expect(outcomes).toEqual([1, 2, 3].map((n) => ({ value: acked + n })));
  expect(seqs()).toEqual(Array.from({ length: acked + 3 }, (_, i) => i + 1));
  reader.close();
});
