import SqliteDatabase from 'better-sqlite3';
import { Kysely, type CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateToLatest } from '../../../src/store/migrate.ts';
import { countAdmins, lastNamesUpTo } from '../../../src/store/queries/accounts.ts';
import { listRoomsBannedFrom } from '../../../src/store/queries/bans.ts';
import * as blocks from '../../../src/store/queries/blocks.ts';
import { findRoomInviteById } from '../../../src/store/queries/invites.ts';
import { readHeadPos } from '../../../src/store/queries/log.ts';
import * as members from '../../../src/store/queries/members.ts';
import * as messages from '../../../src/store/queries/messages.ts';
import { findPushes, findPushTarget, readPushState } from '../../../src/store/queries/pushes.ts';
import { readRoomLog, readUserLog } from '../../../src/store/queries/replay.ts';
import * as forUser from '../../../src/store/queries/rooms-for-user.ts';
import * as rooms from '../../../src/store/queries/rooms.ts';
import { findSessionUser, listSessions } from '../../../src/store/queries/sessions.ts';
import * as summaries from '../../../src/store/queries/summaries.ts';
import type { SearchScope } from '../../../src/store/search/search.ts';
import { addFunctions } from '../../../src/store/sqlite/connection.ts';
import { WritingDialect } from '../../../src/store/sqlite/dialect.ts';
import { sentAfter } from '../../../src/store/sqlite/fts5-index.ts';
import { findMessages } from '../../../src/store/sqlite/fts5-search.ts';
import type { Database } from '../../../src/store/tables.ts';
import type { Tx } from '../../../src/store/transaction.ts';

/*
 * Checks SQLite's query plans in a database without statistics. The server collects none either, so every
 * database gets these plans.
 */

async function openRecorded() {
  const raw = new SqliteDatabase(':memory:');
  addFunctions(raw);
  const executed: CompiledQuery[] = [];
  const db = new Kysely<Database>({
    dialect: new WritingDialect({ database: raw }),
    log: ({ query }) => void executed.push(query),
  });
  await migrateToLatest(db, 'sqlite');
  return {
    db,
    /** Returns the steps of the plans of the queries that `work` runs. */
    plansOf: async (work: () => Promise<unknown>): Promise<string[]> => {
      executed.length = 0;
      await work();
      return executed.flatMap(({ sql, parameters }) =>
        raw
          .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
          .all(...parameters)
          .map(({ detail }) => detail),
      );
    },
  };
}

/** Runs prepared queries as a mutation does. */
const onDb = (db: Kysely<Database>) =>
  ({
    all: async (query, values) => query.all(db, values),
    first: async (query, values) => query.first(db, values),
    each: async (query, values) => Promise.all(values.map(async (one) => query.all(db, one))),
  }) as Tx;

const page = { query: '', after: undefined, limit: 50 };
const after = { query: '', after: ['m', 'room'] as const, limit: 50 };
const search = (db: Kysely<Database>, scope: Partial<SearchScope>) =>
  findMessages(db, {
    query: 'some words',
    scope: { publicRooms: false, roomIds: [], exceptRoomIds: [], ...scope },
    before: 9,
    limit: 50,
  });

const missed = { userId: 'user', roomId: 'room', pos: 9, upTo: 99, since: 1, before: 9, limit: 6 };

/** Frequent queries, whose cost must not grow with the size of the database. */
const queries: Record<string, (db: Kysely<Database>) => Promise<unknown>> = {
  'the newest messages': async (db) =>
    messages.listMessages(db, 'room', { before: undefined, after: undefined, limit: 50 }),
  'messages before a seq': async (db) =>
    messages.listMessages(db, 'room', { before: 9, after: undefined, limit: 50 }),
  'messages after a seq': async (db) =>
    messages.listMessages(db, 'room', { before: undefined, after: 9, limit: 50 }),
  'one message': async (db) => messages.findMessage(db, 'room', 9),
  'the events of a room': async (db) =>
    readRoomLog(db, 'room', { after: 9, limit: 500, directName: null }),
  'the events of a user': async (db) =>
    readUserLog(db, 'user', { after: 9, head: 20, limit: 500 }, () => true),
  'the head of the log': async (db) => readHeadPos(db),
  'rooms with their counts': async (db) => forUser.findRoomsForUser(db, ['room', 'other'], 'user'),
  'one room with its counts': async (db) => forUser.findRoomForUser(db, 'room', 'user'),
  'a read marker': async (db) => forUser.readMarker.first(db, { roomId: 'room', userId: 'user' }),
  'own rooms': async (db) => forUser.listOwnRooms(db, 'user', page),
  'more own rooms': async (db) => forUser.listOwnRooms(db, 'user', { ...page, after: [9, 'room'] }),
  'public rooms': async (db) => forUser.listPublicRooms(db, 'user', page),
  'more public rooms': async (db) => forUser.listPublicRooms(db, 'user', after),
  'all rooms': async (db) => forUser.listAllRooms(db, 'user', page),
  'more of all rooms': async (db) => forUser.listAllRooms(db, 'user', after),
  'a search': async (db) => search(db, { publicRooms: true, exceptRoomIds: ['other'] }),
  'a search in one room': async (db) => search(db, { roomIds: ['room'] }),
  'closed rooms to search': async (db) => members.closedRoomIdsOf(db, 'user'),
  'rooms not to search': async (db) => listRoomsBannedFrom(db, 'user'),
  'messages to index': async (db) => sentAfter.first(db, { pos: 9, limit: 500 }),
  'a standing': async (db) => rooms.findStanding(db, 'room', 'user'),
  'a sender': async (db) => messages.findSenders(onDb(db), [{ roomId: 'room', userId: 'user' }]),
  'the time of a last message': async (db) =>
    messages.lastSentAt(onDb(db), { roomId: 'room', userId: 'user' }),
  'an earlier send': async (db) =>
    messages.sentBefore.first(db, { roomId: 'room', userId: 'user', clientMsgId: 'id' }),
  'the access of users': async (db) => members.findAccess(onDb(db), ['room'], new Set(['user'])),
  'a role': async (db) => members.findRole(db, 'room', 'user'),
  members: async (db) => members.listMembers(db, 'room', { after: 'm', limit: 50 }),
  'the rooms of a user': async (db) => members.roomIdsOf(db, 'user'),
  'users who share a room': async (db) => members.whoSharesRoom(db, 'user', ['other']),
  'a room by its name': async (db) => rooms.findPublicRoomId(db, 'kitchen'),
  'the number of rooms a user has created': async (db) => rooms.countRoomsCreatedBy(db, 'user'),
  'a direct room': async (db) => rooms.findDirectRoomId(db, ['one', 'two']),
  'the names in a text': async (db) => lastNamesUpTo(onDb(db), new Set(['ana', 'bo'])),
  'a session': async (db) => findSessionUser(db, 'session'),
  'the number of admins': async (db) => countAdmins(db),
  'a block': async (db) => blocks.block.first(db, { userId: 'user', blockedId: 'other' }),
  'a block by the peer of a direct room': async (db) =>
    blocks.blockByPeer.first(db, { roomId: 'room', userId: 'user' }),
  'the number of blocks': async (db) => blocks.countBlocks(db, 'user'),
  'blocked users': async (db) => blocks.listBlocked(db, 'user'),
  'how far people were notified': async (db) => readPushState(db),
  'whom to notify': async (db) =>
    findPushes(db, { after: 9, upTo: 99, since: 9, now: 9, limit: 99 }),
  'a subscription': async (db) => findPushTarget(db, 'subscription', 9),
  'whether anybody wants summaries': async (db) => summaries.anySummaryReader.first(db, {}),
  'who has missed something': async (db) =>
    summaries.listSummaryReaders(db, { after: 'a', now: 9, since: 1, before: 9, limit: 99 }),
  'where something was missed': async (db) =>
    summaries.listMissedRooms(db, { userId: 'user', pos: 9, since: 1, before: 9, limit: 9 }),
  'what was missed in a direct room': async (db) =>
    summaries.listMissedMessages(db, { ...missed, isAll: true }),
  'mentions that were missed in a room': async (db) =>
    summaries.listMissedMessages(db, { ...missed, isAll: false }),
  'an invite by what names it to admins': async (db) => findRoomInviteById(db, 'a1B2c3D4'),
  sessions: async (db) => listSessions(db, 'user', 9),
};

/** Scans that read no table, or one row: of the search index, of lists in the parameters, of rows already found. */
const HARMLESS_SCAN =
  /^SCAN (messages_search VIRTUAL TABLE INDEX \d+:.*M|own$|public$|active$|CONSTANT ROW$|push_subscriptions USING COVERING INDEX|users USING INDEX summary_readers$|(?:wanted|named) VIRTUAL TABLE|json_each VIRTUAL TABLE)/;

describe('SQLite', () => {
  it.each(Object.entries(queries))('finds %s with indexes, and scans no table', async (_, run) => {
    const { db, plansOf } = await openRecorded();
    const steps = await plansOf(async () => run(db));
    expect(steps).not.toEqual([]);
    expect(steps.filter((step) => step.startsWith('SCAN') && !HARMLESS_SCAN.test(step))).toEqual(
      [],
    );
  });

  it('counts unread messages with indexes, and sorts no history', async () => {
    const { db, plansOf } = await openRecorded();
    const counts = await plansOf(async () => forUser.findRoomsForUser(db, ['room'], 'user'));
    expect(counts.filter((step) => step.includes('messages'))).toEqual([
      'SEARCH messages USING PRIMARY KEY (room_id=? AND seq<?)',
      'SEARCH messages USING COVERING INDEX messages_by_author (room_id=? AND author_id=?)',
      'SEARCH messages USING COVERING INDEX messages_by_author (room_id=? AND author_id=? AND seq<?)',
      'SEARCH messages USING COVERING INDEX deleted_messages (room_id=? AND seq>?)',
    ]);
    const sorted = [
      'the newest messages',
      'the events of a room',
      'a search',
      'public rooms',
      'members',
    ];
    for (const name of sorted) {
      const steps = await plansOf(async () => queries[name]!(db));
      expect([name, steps.filter((step) => step.includes('TEMP B-TREE'))]).toEqual([name, []]);
    }
  });

  it('finds mentions to notify of among the mentions of a user, not among the messages of a room', async () => {
    const { plansOf, db } = await openRecorded();
    const steps = await plansOf(async () => queries['whom to notify']!(db));
    expect(steps).toContain(
      'SEARCH mentions USING PRIMARY KEY (user_id=? AND room_id=? AND seq>? AND seq<?)',
    );
  });

  it('finds an invite by the beginning of its code', async () => {
    const { plansOf, db } = await openRecorded();
    const steps = await plansOf(async () => findRoomInviteById(db, 'a1B2c3D4'));
    expect(steps).toContain('SEARCH invites USING PRIMARY KEY (code>? AND code<?)');
  });

  it('finds an earlier send by its clientMsgId, without reading later messages of its author', async () => {
    const { plansOf, db } = await openRecorded();
    const steps = await plansOf(async () => queries['an earlier send']!(db));
    expect(steps).toEqual([
      'SEARCH messages USING INDEX messages_by_client_id (room_id=? AND author_id=? AND client_msg_id=?)',
    ]);
  });
});
