import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { commitGroup } from '../../../src/store/group.ts';
import type { Mutations } from '../../../src/store/mutation.ts';
import { openForReading } from '../../../src/store/sqlite/connection.ts';
import type { Tx } from '../../../src/store/transaction.ts';
import { logTopic } from '../../support/mutations.ts';
import { firstRoomId, openDatabase } from '../../support/database.ts';

it('a full disk makes mutations unavailable, but not reads, until it has space again', async () => {
  const { db, file, writable } = await openDatabase();
  const roomId = await firstRoomId(db);
  const reader = openForReading(file);
  const mutations = {
    logTopic: (tx: Tx, topic: string) => logTopic(tx, roomId, topic),
  } satisfies Mutations;
  const commit = async (count: number, topic: string) =>
    commitGroup(
      writable,
      mutations,
      Array.from({ length: count }, () => ({ mutation: 'logTopic', input: topic })),
    );
  const seqs = () =>
    reader
      .prepare('select seq from events order by pos')
      .all()
      .map((row) => (row as { seq: number }).seq);
  const big = 'x'.repeat(50_000);

  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  // The disk is full after 40 more pages.
  await sql`pragma max_page_count = ${sql.lit(pages.rows[0]!.page_count + 40)}`.execute(db);
  let committed = 1;
  for (let round = 0; round < 3; round += 1) {
    const { outcomes, entries } = await commit(5, big);
    for (const outcome of outcomes) {
      if ('value' in outcome) expect(outcome.value).toBe((committed += 1));
      else expect(outcome).toMatchObject({ refusal: { code: 'unavailable', retryAfter: 1 } });
    }
    expect(entries).toHaveLength(outcomes.filter((outcome) => 'value' in outcome).length);
    expect(seqs()).toEqual(Array.from({ length: committed }, (_, i) => i + 1));
  }
  expect(committed).toBeLessThan(16);
  expect(committed).toBeGreaterThan(1);

  await sql`pragma max_page_count = 1000000`.execute(db);
  const { outcomes } = await commit(3, big);
  expect(outcomes).toEqual([1, 2, 3].map((n) => ({ value: committed + n })));
  expect(seqs()).toEqual(Array.from({ length: committed + 3 }, (_, i) => i + 1));
  reader.close();
});
