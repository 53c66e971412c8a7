import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { commitGroup } from '../../../src/store/group.ts';
import type { Mutations, Outcome } from '../../../src/store/mutation.ts';
import type { Database } from '../../../src/store/tables.ts';
import type { Tx } from '../../../src/store/transaction.ts';
import { firstRoomId, openDatabase } from '../../support/database.ts';
import { logTopic } from '../../support/mutations.ts';

let roomId = '';

/** Returns the value of an outcome, or the code of its refusal, or 'fault'. */
const summaryOf = (outcome: Outcome) =>
  'value' in outcome ? outcome.value : 'refusal' in outcome ? outcome.refusal.code : 'fault';

const mutations = {
  logTopic: (tx: Tx, topic: string) => logTopic(tx, roomId, topic),
} satisfies Mutations;

async function setUp() {
  const { db, writable } = await openDatabase();
  roomId = await firstRoomId(db);
  return { db, writable };
}

async function logOf(db: Kysely<Database>) {
  const rows = await db
    .selectFrom('events')
    .select(['pos', 'seq', 'data'])
    .orderBy('pos')
    .execute();
  const { head, last_pos } = await db
    .selectFrom('rooms')
    .select(['head', 'last_pos'])
    .executeTakeFirstOrThrow();
  const topics = rows.map(
    (row) => (JSON.parse(row.data!) as { room: { topic: string } }).room.topic,
  );
  return { topics: topics.slice(1), seqs: rows.map((row) => row.seq), head, last: last_pos };
}

describe('a group whose transaction fails', () => {
  it('runs each mutation in a transaction of its own, and commits each once', async () => {
    const { db, writable } = await setUp();
    let failures = 1;
    const rollingBack = {
      ...mutations,
      // With a full disk, SQLite may roll back the whole transaction by itself.
      async rollBackAll(tx: Tx, topic: string) {
        const seq = await logTopic(tx, roomId, topic);
        if (failures-- > 0) {
          await sql`rollback`.execute(tx.db);
          throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
        }
        return seq;
      },
    } satisfies Mutations;
    const { outcomes, entries } = await commitGroup(writable, rollingBack, [
      { mutation: 'logTopic', input: 'first' },
      { mutation: 'rollBackAll', input: 'second' },
      { mutation: 'logTopic', input: 'third' },
    ]);
    expect(outcomes.map(summaryOf)).toEqual([2, 3, 4]);
    expect(entries.map((entry) => entry.seq)).toEqual([2, 3, 4]);
    expect(await logOf(db)).toMatchObject({ topics: ['first', 'second', 'third'], head: 4 });
  });

  it('rejects only the mutation that causes it, as unavailable', async () => {
    const { db, writable } = await setUp();
    const rollingBack = {
      ...mutations,
      async rollBackAll(tx: Tx) {
        await logTopic(tx, roomId, 'lost');
        await sql`rollback`.execute(tx.db);
        throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
      },
    } satisfies Mutations;
    const { outcomes } = await commitGroup(writable, rollingBack, [
      { mutation: 'logTopic', input: 'first' },
      { mutation: 'rollBackAll', input: 'x' },
      { mutation: 'logTopic', input: 'second' },
    ]);
    expect(outcomes.map(summaryOf)).toEqual([2, 'unavailable', 3]);
    expect(await logOf(db)).toMatchObject({
      topics: ['first', 'second'],
      seqs: [1, 2, 3],
      head: 3,
    });
  });

  it('writes nothing that was requested together with what SQLite rolled back by itself', async () => {
    const { db, writable } = await setUp();
    // As a full disk can: the transaction is gone, and what comes after it would be committed at once.
    await sql`create trigger full before insert on meta when new.key = 'too much'
      begin select raise(rollback, 'full'); end`.execute(db);
    const atOnce = {
      ...mutations,
      async writeAtOnce(tx: Tx) {
        await Promise.all(
          ['before', 'too much', 'after'].map((key) => tx.insert('meta', [{ key, value: 'x' }])),
        );
      },
    } satisfies Mutations;
    const { outcomes } = await commitGroup(writable, atOnce, [
      { mutation: 'logTopic', input: 'first' },
      { mutation: 'writeAtOnce', input: '' },
      { mutation: 'logTopic', input: 'second' },
    ]);
    expect(outcomes.map(summaryOf)).toEqual([2, 'fault', 3]);
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'epoch' }]);
  });
});
