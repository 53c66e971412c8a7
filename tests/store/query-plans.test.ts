import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect, type CompiledQuery } from 'kysely';
import { expect, it } from 'vitest';
import { addFunctions } from '../../src/store/sqlite/connection.ts';
import { insertSent, lastPos, readRoomLog, readUserLog } from '../../src/store/queries/log.ts';
import {
  findRole,
  listMembers,
  roomIdsOf,
  whoMayRead,
  whoSharesRoom,
} from '../../src/store/queries/members.ts';
import * as messages from '../../src/store/queries/messages.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import * as views from '../../src/store/queries/rooms-for-user.ts';
import {
  countRoomsMadeBy,
  findDirectRoom,
  findPublicRoomByName,
  findStanding,
} from '../../src/store/queries/rooms.ts';
import type { Database } from '../../src/store/tables.ts';
import { searchMessages, sentAfter } from '../../src/store/sqlite/fts5.ts';
import {
  countAdmins,
  findSessionUser,
  lastNamesUpTo,
  listSessions,
} from '../../src/store/queries/accounts.ts';
import * as blocks from '../../src/store/queries/blocks.ts';
import type { Tx } from '../../src/store/transaction.ts';

/*
 * The plans that SQLite makes for a database of which it knows no numbers: that is how the server
 * runs it, so that a plan that is right here is right everywhere, for ever.
 */

async function recorded() {
  const raw = new SqliteDatabase(':memory:');
  addFunctions(raw);
  const queries: CompiledQuery[] = [];
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: raw }),
    log: ({ query }) => void queries.push(query),
  });
  await migrateToLatest(db);
  return {
    db,
    /** The steps of the plans of all that `work` asks. */
    plansOf: async (work: () => Promise<unknown>): Promise<string[]> => {
      queries.length = 0;
      await work();
      return queries.flatMap(({ sql, parameters }) =>
        raw
          .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
          .all(...parameters)
          .map(({ detail }) => detail),
      );
    },
  };
}

/** Prepared queries, as an act runs them. */
const onDb = (db: Kysely<Database>) =>
  ({ all: async (query, values) => query.all(db, values) }) as Tx;

const page = { query: '', after: undefined, limit: 50 };
const after = { query: '', after: ['m', 'room'] as const, limit: 50 };

/** What is asked all the time, and must cost the same however much there is. */
const asked: Record<string, (db: Kysely<Database>) => Promise<unknown>> = {
  'the newest messages': async (db) =>
    messages.listMessages(db, 'room', { before: undefined, after: undefined, limit: 50 }),
  'messages before a seq': async (db) =>
    messages.listMessages(db, 'room', { before: 9, after: undefined, limit: 50 }),
  'messages after a seq': async (db) =>
    messages.listMessages(db, 'room', { before: undefined, after: 9, limit: 50 }),
  'one message': async (db) => messages.findMessage(db, 'room', 9),
  'the events of a room': async (db) => readRoomLog(db, 'room', 9, 500),
  'the news of a user': async (db) => readUserLog(db, 'user', { after: 9, head: 20, limit: 500 }),
  'the head of the log': async (db) => lastPos(db),
  'a room with its counts': async (db) => views.findRoomsForUser(db, ['room', 'other'], 'user'),
  'one room with its counts': async (db) => views.findRoomForUser(db, 'room', 'user'),
  'a read marker': async (db) => views.readMarker.first(db, { roomId: 'room', userId: 'user' }),
  'one’s own rooms': async (db) => views.listOwnRooms(db, 'user', page),
  'more of one’s own rooms': async (db) =>
    views.listOwnRooms(db, 'user', { ...page, after: [9, 'room'] }),
  'public rooms': async (db) => views.listPublicRooms(db, 'user', page),
  'more public rooms': async (db) => views.listPublicRooms(db, 'user', after),
  'all rooms': async (db) => views.listAllRooms(db, 'user', page),
  'more of all rooms': async (db) => views.listAllRooms(db, 'user', after),
  'a search': async (db) =>
    searchMessages(db, 'user', 'some words', { roomId: undefined, before: 9, limit: 50 }),
  'a search in one room': async (db) =>
    searchMessages(db, 'user', 'words', { roomId: 'room', before: undefined, limit: 50 }),
  'what is to be indexed': async (db) => sentAfter.first(db, { pos: 9, limit: 500 }),
  'somebody’s rights in a room': async (db) => findStanding(db, 'room', 'user'),
  'who sends': async (db) => messages.sender.first(db, { roomId: 'room', userId: 'user' }),
  'who has sent when': async (db) =>
    messages.lastSent.first(db, { roomId: 'room', userId: 'user' }),
  'what the log keeps of what is sent': async (db) =>
    insertSent.first(db, { roomId: 'room', first: 9, last: 10, pos: 20 }),
  'what was sent before': async (db) =>
    messages.sentBefore.first(db, { roomId: 'room', userId: 'user', clientMsgId: 'id' }),
  'who may read': async (db) =>
    whoMayRead(onDb(db), { id: 'room', kind: 'private' }, new Set(['user'])),
  'who is banned': async (db) =>
    whoMayRead(onDb(db), { id: 'room', kind: 'public' }, new Set(['user'])),
  'a role': async (db) => findRole(db, 'room', 'user'),
  members: async (db) => listMembers(db, 'room', { after: 'm', limit: 50 }),
  'the rooms of a user': async (db) => roomIdsOf(db, 'user'),
  'who shares a room with somebody': async (db) => whoSharesRoom(db, 'user', ['other']),
  'a room by its name': async (db) => findPublicRoomByName(db, 'kitchen'),
  'how many rooms somebody has made': async (db) => countRoomsMadeBy(db, 'user'),
  'a direct room': async (db) => findDirectRoom(db, 'one two'),
  'who is mentioned': async (db) => lastNamesUpTo(onDb(db), new Set(['ana', 'bo'])),
  'a session': async (db) => findSessionUser(db, 'session'),
  'how many admins there are': async (db) => countAdmins(db),
  'whether somebody has blocked somebody': async (db) =>
    blocks.block.first(db, { userId: 'user', blockedId: 'other' }),
  'whether the other one of a direct room has blocked somebody': async (db) =>
    blocks.blockByPeer.first(db, { roomId: 'room', userId: 'user' }),
  'how many somebody has blocked': async (db) => blocks.countBlocks(db, 'user'),
  'whom somebody has blocked': async (db) => blocks.listBlocked(db, 'user'),
  sessions: async (db) => listSessions(db, 'user', 9),
};

/** The index of words is asked by its own means; the others are what a query was given or has found already. */
const NO_TABLE =
  /^SCAN (messages_search VIRTUAL TABLE INDEX \d+:.*M|own$|public$|wanted VIRTUAL TABLE)/;

it.each(Object.entries(asked))(
  'finds %s by an index, and walks through no table',
  async (_, ask) => {
    const { db, plansOf } = await recorded();
    const steps = await plansOf(async () => ask(db));
    expect(steps).not.toEqual([]);
    expect(steps.filter((step) => step.startsWith('SCAN') && !NO_TABLE.test(step))).toEqual([]);
  },
);

it('counts what is unread by the ends of indexes, and sorts no history', async () => {
  const { db, plansOf } = await recorded();
  const counts = await plansOf(async () => views.findRoomsForUser(db, ['room'], 'user'));
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
    const steps = await plansOf(async () => asked[name]!(db));
    expect([name, steps.filter((step) => step.includes('TEMP B-TREE'))]).toEqual([name, []]);
  }
});

it('finds a repeated send by its id, whatever its author has sent there since', async () => {
  const { plansOf, db } = await recorded();
  const steps = await plansOf(async () => asked['what was sent before']!(db));
  expect(steps).toEqual([
    'SEARCH messages USING INDEX messages_by_client_id (room_id=? AND author_id=? AND client_msg_id=?)',
  ]);
});
