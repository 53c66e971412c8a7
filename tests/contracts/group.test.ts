import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/protocol/errors.ts';
import type { DurableEvent } from '../../src/protocol/events.ts';
import { commitGroup } from '../../src/store/group.ts';
import type { Mutations, Outcome } from '../../src/store/mutation.ts';
import type { Database } from '../../src/store/tables.ts';
import type { Tx } from '../../src/store/transaction.ts';
import { logTopic } from '../support/mutations.ts';
import { firstRoomId } from '../support/database.ts';
import { DIALECTS, openNew, type ContractDialect } from './support/dialects.ts';

let roomId = '';

/** Returns the value of an outcome, or the code of its refusal, or 'fault'. */
const summaryOf = (outcome: Outcome) =>
  'value' in outcome ? outcome.value : 'refusal' in outcome ? outcome.refusal.code : 'fault';

const writeMeta = (tx: Tx, key: string) =>
  tx.db.insertInto('meta').values({ key, value: 'x' }).execute();

const mutations = {
  logTopic: (tx: Tx, topic: string) => logTopic(tx, roomId, topic),
  async logAndReject(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, topic);
    throw new ChatError('forbidden');
  },
  async logAndFail(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, topic);
    throw new TypeError('a bug in the server');
  },
  async violateConstraint(tx: Tx, topic: string) {
    await logTopic(tx, roomId, topic);
    await writeMeta(tx, 'epoch');
  },
  async reserveOnly(tx: Tx) {
    await tx.reserve(roomId);
    return 'a result';
  },
  async logTooFew(tx: Tx) {
    await tx.reserve(roomId);
    await logTopic(tx, roomId, 'one of two');
  },
  many: {
    async bulk(tx: Tx, topics: string[]) {
      if (topics.includes('fail')) throw new TypeError('one topic is fail');
      const results: (number | ChatError)[] = [];
      for (const topic of topics) {
        results.push(
          topic === 'reject' ? new ChatError('forbidden') : await logTopic(tx, roomId, topic),
        );
      }
      return results;
    },
  },
} satisfies Mutations;

async function setUp(on: ContractDialect) {
  const { db, committer } = await openNew(on);
  roomId = await firstRoomId(db);
  const commit = (...jobs: [mutation: string, input: string][]) =>
    commitGroup(
      committer,
      mutations,
      jobs.map(([mutation, input]) => ({ mutation, input })),
    );
  return { db, committer, commit };
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

describe.each(DIALECTS)('a mutation in a group on $name', (on) => {
  it.each([
    ['throws a ChatError', 'logAndReject', 'forbidden'],
    ['throws another error', 'logAndFail', 'fault'],
    ['violates a constraint', 'violateConstraint', 'fault'],
    ['reserves a seq and does not log it', 'reserveOnly', 'fault'],
    ['logs fewer events than it reserved seqs', 'logTooFew', 'fault'],
    ['does not exist', 'nonsense', 'fault'],
  ])('that %s leaves no trace, and the others commit', async (_, mutation, summary) => {
    const { db, commit } = await setUp(on);
    const { outcomes, entries } = await commit(
      ['logTopic', 'first'],
      [mutation, 'lost'],
      [mutation, 'lost too'],
      ['logTopic', 'second'],
    );
    expect(outcomes.map(summaryOf)).toEqual([2, summary, summary, 3]);
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
    const { outcomes: later } = await commit(['logTopic', 'later']);
    expect(later.map(summaryOf)).toEqual([4]);
    const meta = db.selectFrom('meta').select('key').where('value', '=', 'x');
    expect(await meta.execute()).toEqual([]);
  });

  it('gets its outcome, its seq and its entry in the order of the jobs', async () => {
    const { db, commit } = await setUp(on);
    const topics = Array.from({ length: 50 }, (_, i) => `topic ${i}`);
    const jobs = topics.map((topic): [string, string] => ['logTopic', topic]);
    const { outcomes, entries } = await commit(...jobs);
    expect(outcomes.map(summaryOf)).toEqual(topics.map((_, i) => i + 2));
    expect(entries.map((entry) => entry.pos)).toEqual(topics.map((_, i) => i + 2));
    expect((await logOf(db)).topics).toEqual(topics);
  });

  it('that throws an error gets a fault with the message and the stack', async () => {
    const { commit } = await setUp(on);
    const { outcomes } = await commit(['logAndFail', 'x']);
    expect(outcomes).toEqual([
      {
        fault: {
          message: 'a bug in the server',
          stack: expect.stringContaining('logAndFail'),
        },
      },
    ]);
  });

  it('that requests several statements at once leaves no trace where one of them fails', async () => {
    const { db, committer, commit } = await setUp(on);
    const atOnce = {
      ...mutations,
      async failInTheMiddle(tx: Tx) {
        const { pos, seq } = await tx.reserve(roomId);
        const room = { id: roomId, kind: 'public', name: 'x', topic: 'lost', slowModeSeconds: 0 };
        const at = new Date().toISOString();
        const event = { type: 'room.created', roomId, seq, at, actor: null, room } as DurableEvent;
        await Promise.all([
          tx.insert('meta', [{ key: 'before', value: 'x' }]),
          tx.insert('meta', [
            { key: 'with', value: 'x' },
            { key: 'epoch', value: 'twice' },
            { key: 'not reached', value: 'x' },
          ]),
          tx.log([{ pos, event }]),
          tx.insert('meta', [{ key: 'after', value: 'x' }]),
        ]);
      },
    } satisfies Mutations;
    for (const neighbours of [0, 1]) {
      const jobs = [
        { mutation: 'failInTheMiddle', input: '' },
        { mutation: 'logTopic', input: 'kept' },
      ].slice(0, 1 + neighbours);
      const { outcomes } = await commitGroup(committer, atOnce, jobs);
      expect(outcomes.map(summaryOf)).toEqual(['fault', 2].slice(0, 1 + neighbours));
    }
    const { outcomes } = await commit(['logTopic', 'later']);
    expect(outcomes.map(summaryOf)).toEqual([3]);
    expect((await logOf(db)).topics).toEqual(['kept', 'later']);
    const values = db.selectFrom('meta').select('key').where('value', '=', 'x');
    expect(await values.execute()).toEqual([]);
  });

  it('that fails as the only one of its group leaves the connection usable', async () => {
    const { commit } = await setUp(on);
    for (const mutation of ['logAndReject', 'logAndFail', 'reserveOnly']) {
      const { outcomes, entries } = await commit([mutation, 'x']);
      expect(outcomes).toHaveLength(1);
      expect(entries).toEqual([]);
    }
    expect((await commit(['logTopic', 'x'])).outcomes.map(summaryOf)).toEqual([2]);
  });
});

describe.each(DIALECTS)('a bulk mutation on $name', (on) => {
  it('runs neighbouring jobs in one call, and can reject some of them', async () => {
    const { db, commit } = await setUp(on);
    const { outcomes } = await commit(
      ['many', 'a'],
      ['many', 'reject'],
      ['many', 'b'],
      ['logTopic', 'between'],
      ['many', 'c'],
    );
    expect(outcomes.map(summaryOf)).toEqual([2, 'forbidden', 3, 4, 5]);
    expect((await logOf(db)).topics).toEqual(['a', 'b', 'between', 'c']);
  });

  it('that throws runs each of its jobs alone, so that only the faulty one fails', async () => {
    const { db, commit } = await setUp(on);
    const { outcomes } = await commit(['many', 'a'], ['many', 'fail'], ['many', 'b']);
    expect(outcomes.map(summaryOf)).toEqual([2, 'fault', 3]);
    expect((await logOf(db)).seqs).toEqual([1, 2, 3]);
  });
});

describe.each(DIALECTS)('a group whose transaction fails on $name', (on) => {
  it('at COMMIT runs each mutation alone, and reports none as done that is not stored', async () => {
    const { db, committer } = await setUp(on);
    // Only COMMIT checks a deferred constraint.
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
    const { outcomes, entries } = await commitGroup(committer, orphaning, [
      { mutation: 'logTopic', input: 'first' },
      { mutation: 'orphan', input: 'never' },
      { mutation: 'logTopic', input: 'second' },
    ]);
    expect(outcomes.map(summaryOf)).toEqual([2, 'fault', 3]);
    expect(entries.map((entry) => entry.seq)).toEqual([2, 3]);
    expect(await logOf(db)).toMatchObject({
      topics: ['first', 'second'],
      seqs: [1, 2, 3],
      head: 3,
    });
  });
});
