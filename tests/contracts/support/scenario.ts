import { nameKey } from '../../../public/shared/name-key.js';
import { mutations } from '../../../src/chat/mutations.ts';
import { commitGroup } from '../../../src/store/group.ts';
import { copiedTables } from '../../../src/store/move/tables.ts';
import type { Job } from '../../../src/store/mutation.ts';
import type { Database } from '../../../src/store/tables.ts';
import type { Tx } from '../../../src/store/transaction.ts';
import type { OpenDatabase } from '../../support/database.ts';
import { createRoomJob, registerJob } from '../../support/filling.ts';
import { recorded } from './recorded.ts';

const q = recorded;

/** A time, in milliseconds since 1970, that every run of the scenario takes place at. */
export const NOW = Date.UTC(2026, 0, 1);

/** Names whose order differs between code points and every alphabet. */
const NAMES = [
  'Zoë',
  'ana',
  'Émile',
  'Öya',
  'zeta',
  'ñandú',
  '中文',
  '😀 smile',
  'a b',
  'a_b',
  'ab',
];

const send = (roomId: string, userId: string, text: string, more: object = {}): Job => ({
  mutation: 'sendMessages',
  input: { roomId, userId, text, clientMsgId: undefined, replyTo: undefined, ...more },
});

const file = (id: string, userId: string, more: object = {}): Job => ({
  mutation: 'addFile',
  input: { file: { ...fileOf(id, userId), ...more }, maxBytes: 0 },
});

const fileOf = (id: string, userId: string) => ({
  id,
  roomId: 'open',
  userId,
  name: `${id}.bin`,
  type: 'application/octet-stream',
  size: 1000,
  width: null,
  height: null,
  createdAt: NOW,
});

/** Rooms, people and what they did, by the mutations of the server. */
function* past(): Generator<Job> {
  for (const [i, name] of NAMES.entries()) {
    yield registerJob({ id: `u${i}`, name, asAdmin: i === 0, lifeMs: 1000 + i });
  }
  yield createRoomJob({ id: 'open', userId: 'u0', name: 'Öffentlich' });
  yield createRoomJob({ id: 'other', userId: 'u1', name: 'zz top' });
  yield createRoomJob({ id: 'closed', userId: 'u0', name: 'geschlossen', kind: 'private' });
  yield { mutation: 'openDirect', input: { id: 'direct', actorId: 'u0', userId: 'u1' } };
  for (const [i] of NAMES.entries()) {
    if (i > 0 && i < 8) yield { mutation: 'joinRoom', input: { roomId: 'open', actorId: `u${i}` } };
  }
  // Sends in a row are one bulk mutation, in which none can reply to another.
  yield send('open', 'u0', 'hello @ana', { clientMsgId: 'first' });
  for (const id of ['f1', 'f2', 'f3', 'f4', 'f5']) yield file(id, 'u1', { width: 4, height: 3 });
  yield {
    mutation: 'putMember',
    input: { roomId: 'closed', actorId: 'u0', userId: 'u2', role: 'moderator' },
  };
  yield send('open', 'u1', 'a reply', { replyTo: 10 });
  yield send('open', 'u1', 'to be deleted');
  yield send('closed', 'u0', 'secret @Émile');
  yield send('direct', 'u0', 'psst');
  yield {
    mutation: 'react',
    input: { roomId: 'open', seq: 10, userId: 'u2', emoji: '👍', add: true },
  };
  yield {
    mutation: 'editMessage',
    input: { roomId: 'open', seq: 10, userId: 'u0', text: 'hi @ana' },
  };
  yield { mutation: 'deleteMessage', input: { roomId: 'open', seq: 12, userId: 'u1' } };
  yield {
    mutation: 'removeMember',
    input: { roomId: 'open', actorId: 'u0', userId: 'u7', ban: true },
  };
  const alts = { f2: 'a view' };
  const sends = [{ fileIds: ['f1', 'f2'], alts }, { fileIds: ['f3'] }];
  for (const more of sends) yield send('open', 'u1', '', more);
  yield { mutation: 'blockUser', input: { userId: 'u1', blockedId: 'u0' } };
  yield { mutation: 'blockUser', input: { userId: 'u1', blockedId: 'u3' } };
}

/** What a step of the scenario returns; 'refused' and its code where it is. */
export type Results = Record<string, unknown>;

/** Runs every query on a database that is new, and returns what each of them returned. */
export async function runScenario({ db, committer }: OpenDatabase): Promise<Results> {
  const results: Results = {};
  const note = async (name: string, result: unknown) => {
    if (name in results) throw new Error(`${name} is noted already`);
    results[name] = await result;
  };
  // The first room is made by the migrations, with an id of its own, and perhaps long ago.
  const first = { created_at: NOW, last_activity_at: NOW };
  await db
    .updateTable('rooms')
    .set({ id: 'general', ...first })
    .execute();
  const data = JSON.stringify({ room: { id: 'general', kind: 'public', name: 'general' } });
  await db.updateTable('events').set({ room_id: 'general', at: NOW, data }).execute();
  const { outcomes } = await commitGroup(committer, mutations, [...past()]);
  await note('past', outcomes);

  await readAccounts();
  await readRooms();
  await readMessages();
  await readFiles();
  await readLog();
  await committer.transaction(writeAccounts);
  await readPushes();
  await committer.transaction(summarise);
  await committer.transaction(writeRooms);
  await committer.transaction(writeInvites);
  await committer.transaction(writeMessages);
  await committer.transaction(writeFiles);
  await committer.transaction(administer);
  await committer.transaction(erase);
  await committer.transaction(purge);
  await note('tables', readTables(db));
  return results;

  async function readAccounts() {
    await note('findAccount', q.accounts.findAccount(db, 'u2'));
    await note('findAccount nobody', q.accounts.findAccount(db, 'nobody'));
    await note('findAccountByEmail', q.accounts.findAccountByEmail(db, 'u3@example.org'));
    await note('findAccountByName', q.accounts.findAccountByName(db, nameKey('Émile')));
    await note('countAdmins', q.accounts.countAdmins(db));
    await note('listUsers', q.accounts.listUsers(db, '', 100));
    await note('listUsers by word', q.accounts.listUsers(db, 'a', 5));
    const users = await q.accounts.findUsers(db, ['u2', 'nobody', 'u0']);
    await note(
      'findUsers',
      users.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    await note('isKnownAddress', q.knownAddresses.isKnownAddress(db, 'u1', ''));
    await note('listBlocked', q.blocks.listBlocked(db, 'u1'));
    await note('countBlocks', q.blocks.countBlocks(db, 'u1'));
    await note('block', q.blocks.block.all(db, { userId: 'u1', blockedId: 'u0' }));
    await note('block of nobody', q.blocks.block.first(db, { userId: 'u0', blockedId: 'u1' }));
    await note('blockByPeer', q.blocks.blockByPeer.all(db, { roomId: 'direct', userId: 'u0' }));
    await note('findSessionUser', q.sessions.findSessionUser(db, 'session of u1'));
    await note('findSession', q.sessions.findSession(db, 'u1', 'session of u1'));
    await note('findSession of another', q.sessions.findSession(db, 'u2', 'session of u1'));
    const asked = ['session of u1', 'ended', 'session of u2'];
    await note('whichHaveEnded', sorted(q.sessions.whichHaveEnded(db, asked)));
    await note('listSessions', q.sessions.listSessions(db, 'u1', NOW));
    await note('listSessions later', q.sessions.listSessions(db, 'u1', NOW + 1e9));
  }

  async function readRooms() {
    await note('findRole', q.members.findRole(db, 'closed', 'u2'));
    await note('findRole of nobody', q.members.findRole(db, 'closed', 'u3'));
    await note('countOwners', q.members.countOwners(db, 'open'));
    await note('listMembers', q.members.listMembers(db, 'open', { limit: 100 }));
    const later = { after: 'zeta', limit: 2 };
    await note('listMembers later', q.members.listMembers(db, 'open', later));
    await note('roomIdsOf', sorted(q.members.roomIdsOf(db, 'u0')));
    await note('closedRoomIdsOf', sorted(q.members.closedRoomIdsOf(db, 'u0')));
    const others = ['u1', 'u2', 'u9', 'nobody', 'u0'];
    await note('whoSharesRoom', sorted(q.members.whoSharesRoom(db, 'u0', others)));
    await note('listBanned', q.bans.listBanned(db, 'open'));
    await note('isBanned', q.bans.isBanned(db, 'open', 'u7'));
    await note('isBanned not', q.bans.isBanned(db, 'open', 'u6'));
    await note('countBans', q.bans.countBans(db, 'open'));
    await note('listRoomsBannedFrom', q.bans.listRoomsBannedFrom(db, 'u7'));
    await note('findStanding', q.rooms.findStanding(db, 'open', 'u1'));
    await note('findStanding of a banned one', q.rooms.findStanding(db, 'open', 'u7'));
    await note('findStanding nowhere', q.rooms.findStanding(db, 'nowhere', 'u1'));
    await note('roomsWithUser', q.rooms.roomsWithUser(db, 'u1').orderBy('rooms.id').execute());
    await note('findPublicRoomId', q.rooms.findPublicRoomId(db, nameKey('Öffentlich')));
    await note(
      'findPublicRoomId of a private one',
      q.rooms.findPublicRoomId(db, nameKey('geschlossen')),
    );
    await note('countRoomsCreatedBy', q.rooms.countRoomsCreatedBy(db, 'u0'));
    await note('findDirectRoomId', q.rooms.findDirectRoomId(db, ['u1', 'u0']));
    await note('listDeletedRooms none', q.rooms.listDeletedRooms(db));
    const found = await q.roomsForUser.findRoomsForUser(db, ['open', 'closed', 'direct'], 'u1');
    await note(
      'findRoomsForUser',
      found.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    for (const userId of ['u1', 'u2', 'u7', 'u9']) {
      await note(`findRoomForUser ${userId}`, q.roomsForUser.findRoomForUser(db, 'open', userId));
    }
    await note('readMarker', q.roomsForUser.readMarker.all(db, { roomId: 'open', userId: 'u2' }));
    for (const query of ['', 'e', 'zz']) {
      const page = { query, after: undefined, limit: 3 };
      const own = await q.roomsForUser.listOwnRooms(db, 'u1', page);
      await note(`listOwnRooms ${query}`, own);
      await note(`listPublicRooms ${query}`, q.roomsForUser.listPublicRooms(db, 'u7', page));
      const all = await q.roomsForUser.listAllRooms(db, 'u1', page);
      await note(`listAllRooms ${query}`, all);
      const last = all.at(-1);
      if (!last) continue;
      const after = [last.key, last.id] as const;
      const next = { ...page, after };
      await note(`listAllRooms ${query} later`, q.roomsForUser.listAllRooms(db, 'u1', next));
    }
  }

  async function readMessages() {
    await note('findMessage', q.messages.findMessage(db, 'open', 10));
    await note('findMessage none', q.messages.findMessage(db, 'open', 1));
    const pages = { newest: {}, before: { before: 12 }, after: { after: 10 } };
    for (const [name, page] of Object.entries(pages)) {
      const bounds = { before: undefined, after: undefined, limit: 1, ...page };
      await note(`listMessages ${name}`, q.messages.listMessages(db, 'open', bounds));
    }
    const key = { roomId: 'open', userId: 'u0', clientMsgId: 'first' };
    await note('sentBefore', (await q.messages.sentBefore.all(db, key)).map(withHex));
    await note('messageAt', q.messages.messageAt.all(db, { roomId: 'open', seq: 12 }));
    await note('messageAt none', q.messages.messageAt.first(db, { roomId: 'open', seq: 1 }));
    const { roomsWrittenIn, listOwnMessages } = q.ownData;
    await note('roomsWrittenIn', roomsWrittenIn(db, 'u1', '', 9));
    await note('roomsWrittenIn after', roomsWrittenIn(db, 'u1', 'general', 1));
    const ofAna = { roomId: 'open', userId: 'u1' };
    const own = await listOwnMessages(db, ofAna, 0, 2);
    await note('listOwnMessages', own);
    await note('listOwnMessages next', listOwnMessages(db, ofAna, own[1]!.seq, 9));
    await note('listUnpurged', q.messages.listUnpurged(db, 'open', 10));
    await note(
      'columns',
      db
        .selectFrom('messages')
        .innerJoin('users', 'users.id', 'messages.author_id')
        .select(q.messages.messageColumns)
        .orderBy('room_id')
        .orderBy('seq')
        .execute(),
    );
  }

  async function readFiles() {
    await note('findFile', q.files.findFile(db, 'f1'));
    await note('findFile none', q.files.findFile(db, 'f9'));
    await note('sumOfSizes', q.files.sumOfSizes(db, 'u1'));
    await note('sumOfSizes none', q.files.sumOfSizes(db, 'u2'));
    await note('listFileIds', q.files.listFileIds(db, 'f1', 2));
    await note('listKnownIds', q.files.listKnownIds(db, ['f9', 'f2', 'f1']));
    await note('countFiles', q.files.countFiles(db));
    const own = await q.files.listOwnFiles(db, 'u1', undefined, 2);
    await note('listOwnFiles', own);
    await note('listOwnFiles next', q.files.listOwnFiles(db, 'u1', own[1], 9));
    await note('listOwnFiles of nobody', q.files.listOwnFiles(db, 'u9', undefined, 9));
    await note('listRemovals none', q.files.listRemovals(db, '', 9));
  }

  async function writeFiles(tx: Tx) {
    const found = await q.files.findFiles(tx, ['f1', 'f9', 'f3']);
    await note('findFiles', [...found.values()]);
    await q.files.insertFile(tx.db, { ...fileOf('f6', 'u2'), roomId: 'other' });
    const { removeFiles } = q.files;
    const seq = found.get('f1')!.seq!;
    await note('removeFiles of a message', removeFiles(tx.db, { roomId: 'open', seq }, 9));
    await note('removeFiles unsent', removeFiles(tx.db, { unsentSince: NOW + 1 }, 2));
    await note('removeFiles one', removeFiles(tx.db, { fileId: 'f6' }, 9));
    await note('removeFiles again', removeFiles(tx.db, { fileId: 'f6' }, 9));
    await note('removeFiles of a room', removeFiles(tx.db, { roomId: 'open' }, 9));
    await note('listRemovals', q.files.listRemovals(tx.db, 'f1', 2));
    await q.files.deleteRemovals(tx.db, ['f1', 'f2', 'f9']);
    await note('listRemovals left', q.files.listRemovals(tx.db, '', 9));
    await q.files.setCarriers(tx, [{ fileId: 'f4', seq: 9 }]);
  }

  async function readLog() {
    await note('headPos', q.log.headPos.all(db, {}));
    const head = await q.log.readHeadPos(db);
    await note('readHeadPos', head);
    await note('posOfEvent', q.log.posOfEvent(db, 'open', 10));
    await note('newestEvent', q.log.newestEvent(db));
    for (const after of [0, 10]) {
      const page = { after, limit: 6, directName: null };
      await note(`readRoomLog ${after}`, q.replay.readRoomLog(db, 'open', page));
      const whole = { after, head, limit: 7 };
      await note(`readWholeLog ${after}`, q.replay.readWholeLog(db, whole));
      const all = { ...whole, limit: 500 };
      for (const userId of ['u0', 'u2', 'u7']) {
        const log = await q.replay.readUserLog(db, userId, all, () => true);
        await note(`readUserLog ${userId} ${after}`, log);
      }
    }
    await note(
      'direct log',
      q.replay.readRoomLog(db, 'direct', { after: 0, limit: 9, directName: 'Bo' }),
    );
    await note('readEpoch', typeof (await q.meta.readEpoch(db)));
  }

  async function writeIdentities(tx: Tx) {
    const { findUserOfIdentity, insertIdentity } = q.identities;
    const [one, other] = [
      { issuer: 'https://a.example.org', subject: 'Ana' },
      { issuer: 'https://b.example.org', subject: 'ana' },
    ];
    const more = { userId: 'u1', createdAt: NOW };
    await insertIdentity(tx.db, { ...one, ...more, isVerified: true });
    await insertIdentity(tx.db, { ...other, ...more, isVerified: false });
    await note('findUserOfIdentity', findUserOfIdentity(tx.db, other));
    const mixed = { ...one, subject: other.subject };
    await note('findUserOfIdentity none', findUserOfIdentity(tx.db, mixed));
    await q.identities.deleteUnverifiedIdentities(tx.db, 'u1');
    await note('findUserOfIdentity left', findUserOfIdentity(tx.db, one));
    await note('findUserOfIdentity deleted', findUserOfIdentity(tx.db, other));
    const { insertHostToken, isKnownHostToken } = q.identities;
    for (const [sessionId, expiresAt] of Object.entries({ old: NOW - 1, first: NOW, last: NOW })) {
      await insertHostToken(tx.db, { sessionId, userId: 'u1', expiresAt }, NOW);
    }
    await note('isKnownHostToken', isKnownHostToken(tx.db, 'first'));
    await note('isKnownHostToken deleted', isKnownHostToken(tx.db, 'old'));
  }

  async function writeAccounts(tx: Tx) {
    const account = {
      ...(await q.accounts.findAccount(tx.db, 'u3'))!,
      id: 'new',
      email: 'New@example.org',
      emailKey: 'new@example.org',
      name: 'Ñew',
      nameKey: 'ñew',
      passwordHash: 'x',
      createdAt: NOW,
    };
    await note('insertAccount', q.accounts.insertAccount(tx.db, account));
    const changes = { name: 'Nëwer', nameKey: 'nëwer', isAdmin: true };
    await note('updateAccount', q.accounts.updateAccount(tx.db, 'u4', changes));
    const keys = new Set(['zz', 'é', 'a', '!', '中文 and more', '\u{1F601}']);
    const last = await q.accounts.lastNamesUpTo(tx, keys);
    await note(
      'lastNamesUpTo',
      Object.fromEntries([...last].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
    for (const [i, addressHash] of ['one', 'two', 'three'].entries()) {
      const known = { userId: 'u1', addressHash, usedAt: NOW + i };
      await q.knownAddresses.recordAddress(tx.db, known, 2);
    }
    await writeIdentities(tx);
    await q.blocks.insertBlock(tx.db, { userId: 'u2', blockedId: 'u3', at: NOW });
    await q.blocks.deleteBlock(tx.db, 'u1', 'u3');
    for (const [i, id] of ['s1', 's2', 's3', 's4'].entries()) {
      const times = { createdAt: NOW, lastUsedAt: NOW + i, expiresAt: NOW + 10 * i };
      await q.sessions.insertSession(tx.db, {
        id,
        userId: 'u2',
        userAgent: `agent ${i}`,
        ...times,
      });
    }
    await writeBots(tx);
    await note('extendSession', q.sessions.extendSession(tx.db, 's1', NOW + 50, NOW + 60));
    await note('extendSession none', q.sessions.extendSession(tx.db, 'none', NOW, NOW));
    await q.sessions.touchSession(tx.db, 's2', NOW + 70);
    await q.sessions.deleteSession(tx.db, 'u2', 's3');
    await note('deleteOldestSessions', sorted(q.sessions.deleteOldestSessions(tx.db, 'u2', 2)));
    await q.sessions.deleteExpiredSessions(tx.db, 'u2', NOW + 20);
    await note('deleteSessions one none', q.sessions.deleteSessions(tx.db, 'u3', 'none'));
    await note('deleteSessions', sorted(q.sessions.deleteSessions(tx.db, 'u3')));
    await writeSubscriptions(tx);
    await writeHooks(tx);
    await q.meta.setMeta(tx.db, 'setup_code', 'one');
    await q.meta.setMeta(tx.db, 'setup_code', 'two');
    await note('getMeta', q.meta.getMeta(tx.db, 'setup_code'));
    await q.meta.deleteMeta(tx.db, 'setup_code');
    await note('getMeta deleted', q.meta.getMeta(tx.db, 'setup_code'));
  }

  async function writeBots(tx: Tx) {
    const { findTokenUser, insertToken, listTokens } = q.apiTokens;
    for (const [i, id] of ['t1', 't2'].entries()) {
      const times = { createdAt: NOW + i, lastUsedAt: 0, expiresAt: NOW + 5 + i };
      await insertToken(tx.db, {
        id,
        userId: 'u2',
        name: `token ${id}`,
        hash: `hash ${id}`,
        ...times,
      });
    }
    await note('findTokenUser', findTokenUser(tx.db, 'hash t1'));
    await note('findTokenUser none', findTokenUser(tx.db, 't1'));
    await note('listTokens', listTokens(tx.db, 'u2'));
    await note('listTokens none', listTokens(tx.db, 'u3'));
    await note('findSession of a token none', q.sessions.findSession(tx.db, 'u2', 't1'));
    await note('findSessionUser of a token', q.sessions.findSessionUser(tx.db, 't1'));
    await note('listSessions beside tokens', q.sessions.listSessions(tx.db, 'u2', NOW));
    for (const [i, name] of ['Zoe Bot', 'anna bot', 'Gone'].entries()) {
      await q.accounts.insertAccount(tx.db, {
        id: `b${i}`,
        name,
        nameKey: nameKey(name),
        email: '',
        emailKey: `NONE b${i}`,
        color: '#123456',
        passwordHash: '',
        isAdmin: false,
        isBot: true,
        createdAt: NOW + i,
      });
    }
    await q.accounts.updateAccount(tx.db, 'b2', { isDisabled: true });
    await insertToken(tx.db, {
      id: 't3',
      userId: 'b0',
      name: 'bot',
      hash: 'hash t3',
      createdAt: NOW,
      lastUsedAt: NOW + 4,
      expiresAt: NOW + 5,
    });
    const hook = { roomId: 'open', createdBy: 'u1', createdAt: NOW };
    const { incomingHooks: hooks } = q;
    await hooks.insertHook(tx.db, { ...hook, id: 'h1', botId: 'b1', secretHash: 'secret 1' });
    await hooks.insertHook(tx.db, { ...hook, id: 'h2', botId: 'b2', secretHash: 'secret 2' });
    await hooks.touchHook(tx.db, 'h1', NOW + 9);
    await note('findHookBySecret', hooks.findHookBySecret(tx.db, 'secret 1'));
    await note('findHookBySecret of a deleted bot none', hooks.findHookBySecret(tx.db, 'secret 2'));
    await note('listHooks', hooks.listHooks(tx.db, 'open'));
    const { listAllIncomingHooks, findRoomOfHook } = hooks;
    await note('listAllIncomingHooks', listAllIncomingHooks(tx.db, { after: undefined, limit: 9 }));
    const second = { after: [NOW, 'h1'], limit: 9 } as const;
    await note('listAllIncomingHooks later', listAllIncomingHooks(tx.db, second));
    await note('findRoomOfHook', findRoomOfHook(tx.db, 'h1'));
    await note('findRoomOfHook none', findRoomOfHook(tx.db, 'h9'));
    await note('findHookOfBot', hooks.findHookOfBot(tx.db, 'b1'));
    await note('findHookOfBot none', hooks.findHookOfBot(tx.db, 'b0'));
    await note('countBots', q.bots.countBots(tx.db));
    await note('listBots', q.bots.listBots(tx.db, { limit: 9 }));
    await note('listBots later', q.bots.listBots(tx.db, { after: nameKey('anna bot'), limit: 9 }));
    await note('deleteHook not', hooks.deleteHook(tx.db, 'closed', 'h1'));
    await note('deleteHook', hooks.deleteHook(tx.db, 'open', 'h1'));
    await note('listUsers of a deleted bot none', q.accounts.listUsers(tx.db, 'gone', 9));
  }

  async function writeSubscriptions(tx: Tx) {
    const { anySubscription, subscribedSince } = q.pushSubscriptions;
    await note('anySubscription nobody', tx.first(anySubscription, {}));
    const of = { userId: 'u2', sessionId: 's1', p256dh: 'point', auth: 'secret' };
    for (const [i, id] of ['p1', 'p2', 'p3', 'p1', 'p4'].entries()) {
      const ends = { expiresAt: i === 1 ? NOW : null, createdAt: NOW - 9 + i };
      const one = { ...of, ...ends, id, endpoint: `https://push.example.org/${id}` };
      await q.pushSubscriptions.putSubscription(tx.db, one);
    }
    await note('anySubscription', (await tx.all(anySubscription, {})).length);
    await note('subscribedSince', subscribedSince(tx.db, 'p1', 'u2'));
    await note('subscribedSince not', subscribedSince(tx.db, 'p1', 'u3'));
    await q.pushSubscriptions.deleteSubscription(tx.db, 'p4', 'u3');
    await q.pushSubscriptions.deleteSubscription(tx.db, 'p4', 'u2');
    const oldest = { column: 'user_id', id: 'u2', keep: 2 } as const;
    await q.pushSubscriptions.deleteOldestSubscriptions(tx.db, oldest);
    for (const level of ['none', 'all'] as const) {
      await q.notifyLevels.setNotifyLevel(tx.db, { roomId: 'open', userId: 'u2', level });
    }
    await q.meta.setMeta(tx.db, 'push_pos', '7');
  }

  async function writeHooks(tx: Tx) {
    const { insertOutgoingHook, findOutgoingHook, saveHookProgress } = q.outgoingHooks;
    const of = { createdBy: 'u0', url: 'https://hooks.example.org/', secret: 'whsec_' };
    for (const [i, id] of ['h1', 'h2', 'h3', 'h4'].entries()) {
      const [roomId, seq] = i === 3 ? ['closed', 1] : ['open', 10 + i];
      const events = i === 0 ? null : (['message.created'] as const);
      await insertOutgoingHook(tx.db, { ...of, id, roomId, seq, events, createdAt: NOW + i });
    }
    await note('countOutgoingHooks', q.outgoingHooks.countOutgoingHooks(tx.db, 'open'));
    await note('countOutgoingHooks none', q.outgoingHooks.countOutgoingHooks(tx.db, 'other'));
    const saved = { failures: 2, lastAt: NOW + 5, lastStatus: 500, lastError: 'it failed' };
    const [next, never] = [{ nextAttemptAt: NOW + 9 }, { disabledAt: null }];
    await saveHookProgress(tx, [
      { ...saved, ...next, ...never, id: 'h1', seq: 12 },
      { ...saved, ...next, id: 'h2', seq: 11, disabledAt: NOW + 6 },
      // It is further, and disabled; the others do not change.
      { ...saved, ...next, ...never, id: 'h3', seq: 11 },
      { ...saved, ...next, ...never, id: 'none', seq: 1 },
    ]);
    await saveHookProgress(tx, [{ ...saved, ...next, ...never, id: 'h2', seq: 13 }]);
    await note('findOutgoingHook', findOutgoingHook(tx.db, 'h2'));
    await note('findOutgoingHook none', findOutgoingHook(tx.db, 'none'));
    await note('listOutgoingHooks', q.outgoingHooks.listOutgoingHooks(tx.db, 'open'));
    const { listAllOutgoingHooks } = q.outgoingHooks;
    await note('listAllOutgoingHooks', listAllOutgoingHooks(tx.db, { after: undefined, limit: 2 }));
    const second = { after: [NOW + 2, 'h3'], limit: 9 } as const;
    await note('listAllOutgoingHooks later', listAllOutgoingHooks(tx.db, second));
    const active = await q.outgoingHooks.listActiveHooks(tx.db);
    await note(
      'listActiveHooks',
      active.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    await note('readHookLag', q.outgoingHooks.readHookLag(tx.db));
    const { resumeOutgoingHook, deleteOutgoingHooks } = q.outgoingHooks;
    await note('resumeOutgoingHook', resumeOutgoingHook(tx.db, 'open', 'h2'));
    await note('resumeOutgoingHook nowhere', resumeOutgoingHook(tx.db, 'other', 'h2'));
    await note('findOutgoingHook resumed', findOutgoingHook(tx.db, 'h2'));
    await note('deleteOutgoingHooks one', deleteOutgoingHooks(tx.db, 'open', 'h1'));
    await note('deleteOutgoingHooks nowhere', deleteOutgoingHooks(tx.db, 'other', 'h2'));
    await note('deleteOutgoingHooks of a room', deleteOutgoingHooks(tx.db, 'open'));
  }

  async function readPushes() {
    await note('readPushState', q.pushes.readPushState(db));
    const range = { after: 0, upTo: 99, since: NOW - 1, now: NOW, limit: 9 };
    const found = await q.pushes.findPushes(db, range);
    const byRoom = (a: { roomId: string }, b: { roomId: string }) => (a.roomId < b.roomId ? -1 : 1);
    const ofOne = found.filter(({ subscriptionId }) => subscriptionId === 'p1').toSorted(byRoom);
    await note('findPushes', [found.length, ofOne]);
    await note('findPushes none', q.pushes.findPushes(db, { ...range, since: NOW }));
    await note('findPushTarget', q.pushes.findPushTarget(db, 'p1', NOW));
    await note('findPushTarget of nobody', q.pushes.findPushTarget(db, 'p1', NOW + 60));
  }

  async function summarise(tx: Tx) {
    const { summaries } = q;
    await note('anySummaryReader none', summaries.anySummaryReader.all(tx.db, {}));
    for (const [id, mailSummaries] of [
      ['u1', 'en'],
      ['u2', 'es'],
    ] as const) {
      await q.accounts.updateAccount(tx.db, id, { mailSummaries, summaryPos: 1 });
    }
    const span = { since: NOW - 1, before: NOW };
    const page = { ...span, after: '', now: NOW, limit: 9 };
    await note('listSummaryReaders', summaries.listSummaryReaders(tx.db, page));
    await q.blocks.deleteBlock(tx.db, 'u1', 'u0');
    await note('listSummaryReaders unblocked', summaries.listSummaryReaders(tx.db, page));
    const early = { ...page, before: NOW - 1, after: 'u1' };
    await note('listSummaryReaders early', summaries.listSummaryReaders(tx.db, early));
    for (const userId of ['u1', 'u2']) {
      await note(`readSummaryState ${userId}`, summaries.readSummaryState(tx.db, userId));
      const of = { ...span, userId, pos: 1, limit: 9 };
      const rooms = await summaries.listMissedRooms(tx.db, of);
      await note(`listMissedRooms ${userId}`, rooms);
      for (const { roomId, isAll } of rooms) {
        const inRoom = { ...of, roomId, isAll, upTo: 999 };
        const messages = await summaries.listMissedMessages(tx.db, inRoom);
        await note(
          `listMissedMessages ${userId} ${roomId}`,
          messages.map(({ text }) => text),
        );
      }
    }
    await q.blocks.insertBlock(tx.db, { userId: 'u1', blockedId: 'u0', at: NOW });
    const until = NOW + 5;
    await note('putOffSummary', summaries.putOffSummary(tx.db, 'u1', { now: NOW, until }));
    await note('putOffSummary again', summaries.putOffSummary(tx.db, 'u1', { now: NOW, until }));
    await summaries.confirmSummaries(tx.db, 'u1');
    await summaries.updateSummaries(tx.db, 'u1', { summary_pos: 7 });
    await note('readSummaryState confirmed', summaries.readSummaryState(tx.db, 'u1'));
    await summaries.updateSummaries(tx.db, 'u2', { summary_language: null });
    await note('anySummaryReader', summaries.anySummaryReader.all(tx.db, {}));
    await note('readSummaryState of nobody', summaries.readSummaryState(tx.db, 'u2'));
  }

  async function writeRooms(tx: Tx) {
    await q.bans.insertBan(tx.db, { roomId: 'open', userId: 'u8', at: NOW });
    await note('deleteBan', q.bans.deleteBan(tx.db, 'open', 'u7'));
    await note('deleteBan again', q.bans.deleteBan(tx.db, 'open', 'u7'));
    const room = { id: 'pair', kind: 'direct', name: '', nameKey: '', topic: '' } as const;
    const pair = ['u5', 'u4'] as const;
    await q.rooms.insertRoom(tx.db, { ...room, createdBy: 'u4', createdAt: NOW, pair });
    const member = { roomId: 'pair', role: 'member', at: NOW, pos: 99, readSeq: 0 } as const;
    for (const userId of pair) await q.members.insertMember(tx.db, { ...member, userId });
    await q.members.deleteMember(tx.db, 'open', 'u5');
    await q.members.updateRole(tx.db, 'open', 'u4', 'owner');
    await note('moveMarker', q.members.moveMarker(tx.db, 'open', 'u2', 12));
    await note('moveMarker back', q.members.moveMarker(tx.db, 'open', 'u2', 3));
    const changes = { name: 'Ümbenannt', nameKey: 'ümbenannt', topic: 't', slowModeSeconds: 5 };
    await q.rooms.updateRoom(tx.db, 'other', changes);
    for (const roomIds of [['open'], ['open', 'other', 'nowhere']]) {
      const access = await q.members.findAccess(tx, roomIds, new Set(['u1', 'u8', 'nobody']));
      const byUser = (a: { userId: string }, b: { userId: string }) =>
        a.userId < b.userId ? -1 : 1;
      await note(
        `findAccess ${roomIds.length}`,
        access.map((of) => of.toSorted(byUser)),
      );
    }
    const keys = [
      { roomId: 'open', userId: 'u1' },
      { roomId: 'direct', userId: 'u0' },
      { roomId: 'nowhere', userId: 'u0' },
      { roomId: 'open', userId: 'u9' },
    ];
    await note('findSenders', q.messages.findSenders(tx, keys));
    await note('findSenders of one', q.messages.findSenders(tx, keys.slice(1, 2)));
    await note('lastSentAt', q.messages.lastSentAt(tx, keys[0]!));
    await note('lastSentAt never', q.messages.lastSentAt(tx, keys[3]!));
    await note('reserveSeq', tx.all(q.rooms.reserveSeq, { roomId: 'pair', pos: 77 }));
    const seqs = ['pair', 'other'].map((roomId) => ({
      roomId,
      head: 6,
      messageCount: 4,
      lastPos: 80,
      at: NOW,
    }));
    await note('reserveForMessages', tx.each(q.rooms.reserveForMessages, seqs));
    await note('reserveForMessages none', tx.each(q.rooms.reserveForMessages, []));
  }

  async function writeInvites(tx: Tx) {
    const { insertInvite, findInvite, listInvites } = q.invites;
    const times = { createdAt: NOW, expiresAt: NOW + 10 };
    const one = { roomId: 'open', createdBy: 'u4', maxUses: 2, ...times };
    await insertInvite(tx.db, { ...one, code: 'i1' });
    await insertInvite(tx.db, { ...one, code: 'i2', createdBy: 'u6', createdAt: NOW + 1 });
    await insertInvite(tx.db, { ...one, code: 'i3', expiresAt: NOW - 5, maxUses: null });
    await insertInvite(tx.db, { ...one, code: 'i4', roomId: null, createdBy: 'u0' });
    await insertInvite(tx.db, { ...one, code: 'i5', roomId: 'closed', createdBy: 'u0' });
    await q.invites.countUse(tx.db, 'i1');
    await q.invites.revokeInvite(tx.db, 'i2', NOW + 3);
    await note('findInvite', findInvite(tx.db, 'i1'));
    await note('findInvite none', findInvite(tx.db, 'i9'));
    await note('listInvites', listInvites(tx.db, 'open'));
    await note('listInvites onto the server', listInvites(tx.db, null));
    const { inviteIdOf, listAllRoomInvites, findRoomInviteById } = q.invites;
    const page = { after: undefined, limit: 9, now: NOW };
    await note('listAllRoomInvites', listAllRoomInvites(tx.db, page));
    const second = { ...page, after: [NOW, 'i1'] } as const;
    await note('listAllRoomInvites later', listAllRoomInvites(tx.db, second));
    await note('findRoomInviteById', findRoomInviteById(tx.db, inviteIdOf('i5')));
    await note('findRoomInviteById of the server none', findRoomInviteById(tx.db, 'i4'));
    await q.invites.deleteInvites(tx.db, ['i2', 'i9']);
    await q.invites.deleteInvites(tx.db, []);
    await q.invites.deleteExpiredInvites(tx.db, NOW + 10, 1);
    await note('listInvites after deletions', listInvites(tx.db, 'open'));
    await note('findInvite of a private room', findInvite(tx.db, 'i5'));
  }

  async function writeMessages(tx: Tx) {
    const hash = Buffer.from('a hash');
    const change = { text: 'changed', mentions: ['u3'], at: NOW + 1 };
    await q.messages.updateText(tx.db, { roomId: 'open', seq: 11, hash }, change);
    await q.messages.clearMessage(tx.db, { roomId: 'direct', seq: 4, hash }, NOW + 2);
    const reactions = [{ emoji: '🌕', userIds: ['u1', 'u2'] }];
    await q.messages.updateReactions(tx.db, 'open', 11, reactions);
    await q.messages.deleteMentions(tx.db, 'open', 10);
  }

  async function erase({ db: on }: Tx) {
    await note('roomsWithoutOtherOwner', q.deletion.roomsWithoutOtherOwner(on, 'u0', 9));
    await note('listEndings', q.deletion.listEndings(on, 'u0', 9));
    await q.files.insertFile(on, fileOf('f7', 'u1'));
    await note('removeFiles of a user', q.files.removeFiles(on, { unsentOf: 'u1' }, 9));
    await q.deletion.eraseAccount(on, 'u0', NOW);
    await q.deletion.blockDirectPeers(on, 'u0', NOW);
    await note('listUnfinishedDeletions', q.deletion.listUnfinishedDeletions(on, 9));
    const list = { query: '', after: undefined, now: NOW };
    await note('listAccounts', q.administration.listAccounts(on, list, 3));
    const later = { query: 'EXAMPLE.org', after: 'ana', now: NOW };
    await note('listAccounts by email', q.administration.listAccounts(on, later, 3));
    const rooms = await q.administration.listRoomsBySize(on, undefined, 2);
    await note('listRoomsBySize', rooms);
    const { fileBytes, messageCount, id } = rooms[0]!;
    const place = [fileBytes, messageCount, id] as const;
    await note('listRoomsBySize next', q.administration.listRoomsBySize(on, place, 9));
    await note('countAll', q.administration.countAll(on));
    const names = await q.administration.namesOfPublicRooms(on, ['open', 'direct', 'nowhere']);
    await note('namesOfPublicRooms', [...names]);
    await note('namesOfPublicRooms none', [...(await q.administration.namesOfPublicRooms(on, []))]);
  }

  async function administer({ db: on }: Tx) {
    for (const [i, tokenHash] of ['t1', 't2', 't3'].entries()) {
      const token = { tokenHash, userId: 'u1', createdAt: NOW + i, expiresAt: NOW + 10 * i };
      await q.resetTokens.insertResetToken(on, token, 2);
    }
    await note('findResetUserId', q.resetTokens.findResetUserId(on, 't3', NOW));
    await note('findResetUserId not', q.resetTokens.findResetUserId(on, 't1', NOW - 1));
    await note('findResetUserId later', q.resetTokens.findResetUserId(on, 't3', NOW + 20));
    await q.resetTokens.deleteExpiredResetTokens(on, NOW + 10);
    await note('findResetUserId again', q.resetTokens.findResetUserId(on, 't2', NOW));
    const other = { tokenHash: 't4', userId: 'u2', createdAt: NOW, expiresAt: NOW + 1 };
    await q.resetTokens.insertResetToken(on, other, 2);
    await q.resetTokens.deleteResetTokens(on, 'u2');
    const entry = { action: 'banned', actorId: 'u0', userId: 'u1', roomId: 'open', details: null };
    for (const at of [1, 2, 3]) {
      await q.audit.insertAudit(on, { ...entry, at, details: at === 2 ? { seq: at } : null });
    }
    await q.audit.insertAudit(on, { ...entry, at: 4, actorId: null, userId: null, roomId: null });
    await note('listAudit', q.audit.listAudit(on, {}, 3));
    for (const filter of [{ actorId: 'u0' }, { userId: 'u1' }, { roomId: 'open' }]) {
      const page = { ...filter, before: 999 };
      await note(`listAudit ${Object.keys(filter)[0]}`, q.audit.listAudit(on, page, 2));
    }
    await note('deleteOldAudit', q.audit.deleteOldAudit(on, NOW + 1, 2));
    await note('deleteOldAudit again', q.audit.deleteOldAudit(on, 0, 2));
  }

  async function purge(tx: Tx) {
    await q.rooms.markDeleted(tx.db, { id: 'closed', kind: 'private' });
    await note('listDeletedRooms now', q.rooms.listDeletedRooms(tx.db));
    await note('listDeletedRooms one', q.rooms.listDeletedRooms(tx.db, 'closed'));
    await note('findInvite deleted', q.invites.findInvite(tx.db, 'i5'));
    await q.messages.purgeMessages(tx.db, 'closed', 2);
    await note('purgeLog', q.log.purgeLog(tx.db, 'closed', 2));
    await q.rooms.markDeleted(tx.db, { id: 'pair', kind: 'direct' });
    await q.rooms.deleteRoom(tx.db, 'pair');
  }
}

const sorted = async (ids: Promise<string[]>) => (await ids).toSorted();

/** SQLite and PostgreSQL return bytes in different classes. */
const withHex = <Row extends { hash: Uint8Array | null }>(row: Row) => ({
  ...row,
  hash: row.hash && Buffer.from(row.hash).toString('hex'),
});

/** All but `meta`, which has rows of one database alone. */
const TABLES = copiedTables.map(({ name }) => name as keyof Database).filter((n) => n !== 'meta');

/** All rows of all tables, in an order that does not depend on the database. */
async function readTables(db: OpenDatabase['db']): Promise<Results> {
  const tables: Results = {};
  for (const table of TABLES) {
    const rows = (await db.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
    const lines = rows.map((row) =>
      JSON.stringify(
        Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        (_, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      ),
    );
    tables[table] = lines.toSorted();
  }
  return tables;
}
