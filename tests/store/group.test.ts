import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/protocol/errors.ts';
import { commitGroup } from '../../src/store/group.ts';
import type { Mutations, Outcome } from '../../src/store/mutation.ts';
import type { Database } from '../../src/store/tables.ts';
import type { Tx } from '../../src/store/transaction.ts';
import { logTopic } from '../support/mutations.ts';
import { firstRoomId, openDatabase } from '../support/database.ts';

let roomId = '';

/** What came of an act, in one word. */
const wordFor = (outcome: Outcome) =>
  'value' in outcome ? outcome.value : 'refused' in outcome ? outcome.refused.code : 'fault';

const writeMeta = (tx: Tx, key: string) =>
  tx.db.insertInto('meta').values({ key, value: 'x' }).execute();

const mutations = {
  note: (tx: Tx, topic: string) => logTopic(tx, roomId, topic),
  async noteAndRefuse(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, topic);
    throw new ChatError('forbidden');
  },
  async noteAndFail(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, topic);
    throw new TypeError('a mistake of the server');
  },
  async breakConstraint(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, 'epoch');
  },
  async allotOnly(tx: Tx) {
    await tx.reserve(roomId);
    return 'answered';
  },
  async logTooFew(tx: Tx) {
    await tx.reserve(roomId, 2);
    await logTopic(tx, roomId, 'one of three');
  },
  many: {
    async bulk(tx: Tx, topics: string[]) {
      if (topics.includes('poison')) throw new TypeError('one of them is poison');
      const answers: (number | ChatError)[] = [];
      for (const topic of topics) {
        answers.push(
          topic === 'refuse' ? new ChatError('forbidden') : await logTopic(tx, roomId, topic),
        );
      }
      return answers;
    },
  },
} satisfies Mutations;

async function setUp() {
  const { db, writable } = await openDatabase();
  roomId = await firstRoomId(db);
  const commit = (...jobs: [mutation: string, input: string][]) =>
    commitGroup(
      writable,
      mutations,
      jobs.map(([mutation, input]) => ({ mutation, input })),
    );
  return { db, writable, commit };
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

describe('an act in a group', () => {
  it.each([
    ['refuses', 'noteAndRefuse', 'forbidden'],
    ['throws', 'noteAndFail', 'fault'],
    ['breaks a constraint', 'breakConstraint', 'fault'],
    ['allots a seq and does not log it', 'allotOnly', 'fault'],
    ['logs fewer events than it was allotted', 'logTooFew', 'fault'],
    ['is not known', 'nonsense', 'fault'],
  ])('that %s leaves no trace, and the others are committed', async (_, act, word) => {
    const { db, commit } = await setUp();
    const { outcomes, entries } = await commit(
      ['note', 'first'],
      [act, 'lost'],
      [act, 'lost too'],
      ['note', 'second'],
    );
    expect(outcomes.map(wordFor)).toEqual([2, word, word, 3]);
    expect(entries.map((entry) => [entry.pos, entry.seq])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(await logOf(db)).toEqual({
      topics: ['first', 'second'],
      seqs: [1, 2, 3],
      head: 3,
      last: 3,
    });
    const { outcomes: later } = await commit(['note', 'later']);
    expect(later.map(wordFor)).toEqual([4]);
    const meta = await db.selectFrom('meta').select('key').execute();
    expect(meta).toEqual([{ key: 'epoch' }]);
  });

  it('keeps the order of the jobs in the outcomes, the seqs and the entries', async () => {
    const { db, commit } = await setUp();
    const topics = Array.from({ length: 50 }, (_, i) => `topic ${i}`);
    const jobs = topics.map((topic): [string, string] => ['note', topic]);
    const { outcomes, entries } = await commit(...jobs);
    expect(outcomes.map(wordFor)).toEqual(topics.map((_, i) => i + 2));
    expect(entries.map((entry) => entry.pos)).toEqual(topics.map((_, i) => i + 2));
    expect((await logOf(db)).topics).toEqual(topics);
  });

  it('tells of a fault with its message and stack, for the log', async () => {
    const { commit } = await setUp();
    const { outcomes } = await commit(['noteAndFail', 'x']);
    expect(outcomes).toEqual([
      {
        fault: {
          message: 'a mistake of the server',
          stack: expect.stringContaining('noteAndFail'),
        },
      },
    ]);
  });

  it('that fails alone leaves the database fit for use', async () => {
    const { commit } = await setUp();
    for (const act of ['noteAndRefuse', 'noteAndFail', 'allotOnly']) {
      const { outcomes, entries } = await commit([act, 'x']);
      expect(outcomes).toHaveLength(1);
      expect(entries).toEqual([]);
    }
    expect((await commit(['note', 'x'])).outcomes.map(wordFor)).toEqual([2]);
  });
});

describe('a bulk act', () => {
  it('is told its neighbours at once, and may refuse some of them', async () => {
    const { db, commit } = await setUp();
    const { outcomes } = await commit(
      ['many', 'a'],
      ['many', 'refuse'],
      ['many', 'b'],
      ['note', 'between'],
      ['many', 'c'],
    );
    expect(outcomes.map(wordFor)).toEqual([2, 'forbidden', 3, 4, 5]);
    expect((await logOf(db)).topics).toEqual(['a', 'b', 'between', 'c']);
  });

  it('that throws is told each alone, so that only the one that it cannot do is lost', async () => {
    const { db, commit } = await setUp();
    const { outcomes } = await commit(['many', 'a'], ['many', 'poison'], ['many', 'b']);
    expect(outcomes.map(wordFor)).toEqual([2, 'fault', 3]);
    expect((await logOf(db)).seqs).toEqual([1, 2, 3]);
  });
});

describe('where the transaction as a whole is lost', () => {
  it('each act gets a transaction of its own, and all are committed once', async () => {
    const { db, writable } = await setUp();
    let losses = 1;
    const losing = {
      ...mutations,
      // A full disk may make SQLite roll back the whole transaction by itself.
      async loseAll(tx: Tx, topic: string) {
        const seq = await logTopic(tx, roomId, topic);
        if (losses-- > 0) {
          await sql`rollback`.execute(tx.db);
          throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
        }
        return seq;
      },
    } satisfies Mutations;
    const { outcomes, entries } = await commitGroup(writable, losing, [
      { mutation: 'note', input: 'first' },
      { mutation: 'loseAll', input: 'second' },
      { mutation: 'note', input: 'third' },
    ]);
    expect(outcomes.map(wordFor)).toEqual([2, 3, 4]);
    expect(entries.map((entry) => entry.seq)).toEqual([2, 3, 4]);
    expect(await logOf(db)).toMatchObject({ topics: ['first', 'second', 'third'], head: 4 });
  });

  it('for ever, only the one to blame is refused, as unavailable, and can be tried again', async () => {
    const { db, writable } = await setUp();
    const losing = {
      ...mutations,
      async loseAll(tx: Tx) {
        await logTopic(tx, roomId, 'lost');
        await sql`rollback`.execute(tx.db);
        throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
      },
    } satisfies Mutations;
    const { outcomes } = await commitGroup(writable, losing, [
      { mutation: 'note', input: 'first' },
      { mutation: 'loseAll', input: 'x' },
      { mutation: 'note', input: 'second' },
    ]);
    expect(outcomes.map(wordFor)).toEqual([2, 'unavailable', 3]);
    expect(await logOf(db)).toMatchObject({
      topics: ['first', 'second'],
      seqs: [1, 2, 3],
      head: 3,
    });
  });

  it('by a failing COMMIT, everything is tried one by one, and nothing is acked that is not there', async () => {
    const { db, writable } = await setUp();
    // A deferred constraint is looked at by COMMIT alone.
    await sql`create table child (id integer, parent text references meta (key) deferrable initially deferred)`.execute(
      db,
    );
    const orphaning = {
      ...mutations,
      async orphan(tx: Tx, topic: string) {
        await sql`insert into child values (1, 'nobody')`.execute(tx.db);
        return logTopic(tx, roomId, topic);
      },
    } satisfies Mutations;
    const { outcomes, entries } = await commitGroup(writable, orphaning, [
      { mutation: 'note', input: 'first' },
      { mutation: 'orphan', input: 'never' },
      { mutation: 'note', input: 'second' },
    ]);
    expect(outcomes.map(wordFor)).toEqual([2, 'fault', 3]);
    expect(entries.map((entry) => entry.seq)).toEqual([2, 3]);
    expect(await logOf(db)).toMatchObject({
      topics: ['first', 'second'],
      seqs: [1, 2, 3],
      head: 3,
    });
  });
});
