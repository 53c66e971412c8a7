import { beforeAll, describe, expect, it, vi } from 'vitest';
import type {
  AdminUserPage,
  AuditPage,
  RoomSizePage,
  ServerStats,
} from '../../src/protocol/administration.ts';
import {
  asAdminsSee,
  call,
  createRoom,
  joinRoom,
  openDirect,
  openLiveSocket,
  postMessage,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { sentFile } from '../support/files.ts';
import { openDatabaseIn } from '../support/database.ts';
import { dialect } from '../support/dialect.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

/** An entry from before the days that are kept, and one from after. */
async function writeOldEntries(dataDir: string): Promise<void> {
  const database = await openDatabaseIn(dataDir, dialect());
  const day = 24 * 3_600_000;
  const entries = [181, 179].map((days, i) => ({
    id: i + 1,
    at: Date.now() - days * day,
    action: 'banned',
  }));
  await database.db.insertInto('audit').values(entries).execute();
  await database.close();
}

const server = shareServer({}, writeOldEntries);
let admin: Account;
let ana: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
  ana = await signUp(server, 'Ana María');
});

const get = async <T>(path: string, by: Account = admin) => {
  const { status, body } = await call<T>(server, 'GET', `/admin/${path}`, by);
  expect([path, status]).toEqual([path, 200]);
  return body;
};

it.each(['users', 'rooms', 'audit', 'stats'])('/admin/%s is for admins alone', async (path) => {
  expectRefusal(await call(server, 'GET', `/admin/${path}`, ana), 'forbidden');
  expectRefusal(await call(server, 'GET', `/admin/${path}`), 'token_missing');
});

describe('the list of accounts', () => {
  it('has emails, states and the last use, page by page', async () => {
    await call(server, 'PATCH', `/admin/users/${(await signUp(server, 'Zed')).user.id}`, {
      token: admin.token,
      body: { isDisabled: true },
    });
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: AdminUserPage = await get(`users?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.users.length).toBeLessThanOrEqual(2);
      names.push(...page.users.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['Admin', 'Ana María', 'Zed']);
    const { users } = await get<AdminUserPage>('users');
    const [, shown, disabled] = users;
    expect(shown).toEqual({
      ...asAdminsSee(ana),
      isDisabled: false,
      lastSeenAt: expect.any(String),
      sessionCount: 1,
    });
    expect(Math.abs(Date.parse(shown!.lastSeenAt!) - Date.now())).toBeLessThan(120_000);
    expect(disabled).toMatchObject({ isDisabled: true, sessionCount: 0 });
  });

  it('finds by the beginnings of names and by parts of emails', async () => {
    const found = async (query: string) =>
      (await get<AdminUserPage>(`users?query=${encodeURIComponent(query)}`)).users.map(
        (u) => u.name,
      );
    expect(await found(' maria an')).toEqual(['Ana María']);
    expect(await found(ana.email.toUpperCase())).toEqual(['Ana María']);
    expect(await found('@example.')).toHaveLength(3);
    expect(await found('100%')).toEqual([]);
  });

  it('refuses a cursor that is not its own', async () => {
    const answer = await call(server, 'GET', '/admin/users?cursor=x', admin);
    expectRefusal(answer, 'validation_failed', ['/cursor']);
  });
});

it('lists rooms by their files and messages, and nothing of what private ones are about', async () => {
  const big = await createRoom(server, ana.token, 'Big');
  await sentFile(server, ana.token, big.id, Buffer.alloc(5000));
  const secret = await createRoom(server, ana.token, 'Secret', 'private');
  for (const text of ['one', 'two', 'three']) {
    await postMessage(server, ana.token, secret.id, text);
  }
  const { body: direct } = await openDirect(server, ana.token, admin.user.id);
  await postMessage(server, ana.token, direct.id, 'psst');
  const first = await get<RoomSizePage>('rooms?limit=2');
  const author = { id: ana.user.id, name: ana.user.name, color: ana.user.color };
  expect(first.rooms).toMatchObject([
    { id: big.id, name: 'Big', kind: 'public', createdBy: author, fileCount: 1, fileBytes: 5000 },
    { id: secret.id, name: null, kind: 'private', createdBy: author, messageCount: 3 },
  ]);
  const next = await get<RoomSizePage>(`rooms?cursor=${first.nextCursor}`);
  expect(next.rooms.map(({ kind, name }) => [kind, name])).toEqual([
    ['direct', null],
    ['public', 'general'],
  ]);
  expect(next.rooms[0]).toMatchObject({ createdBy: null, messageCount: 1, memberCount: 2 });
  expect(next.nextCursor).toBeNull();
});

it('counts what there is, at most once in ten seconds', async () => {
  const socket = await openLiveSocket(
    server,
    ana.token,
    (await createRoom(server, ana.token, 'Nodes')).id,
  );
  const stats = await get<ServerStats>('stats');
  expect(stats.counts).toMatchObject({ users: 3, disabledUsers: 1, admins: 1, bots: 0, files: 1 });
  expect(stats.counts.messages).toBeGreaterThanOrEqual(5);
  expect(stats.storage.fileBytes).toBe(5000);
  expect(stats.storage.databaseBytes).toBeGreaterThan(10_000);
  expect(stats.nodes).toHaveLength(1);
  expect(stats.nodes[0]!.connections).toBeGreaterThanOrEqual(0);
  await socket.close();
  expect(await get('stats')).toEqual(stats);
});

describe('the audit log', () => {
  const entries = async (filter: string) => (await get<AuditPage>(`audit?${filter}`)).entries;

  it('has who did what to whom in which room, newest first, by filters and pages', async () => {
    const bo = await signUp(server, 'Bo');
    const room = await createRoom(server, ana.token, 'Court');
    await joinRoom(server, bo.token, room.id);
    const { seq } = (await postMessage(server, bo.token, room.id, 'a rude word')).body;
    const at = `/rooms/${room.id}`;
    const by = ana.token;
    const change = async (method: string, path: string, body?: object) =>
      expect(
        (await call(server, method, at + path, { token: by, ...(body && { body }) })).status,
      ).toBeLessThan(300);
    await change('DELETE', `/messages/${seq}`);
    await change('PUT', `/users/${bo.user.id}`, { role: 'moderator' });
    await change('PATCH', '', { topic: 'Order!' });
    await change('DELETE', `/users/${bo.user.id}?ban=true`);
    await change('DELETE', `/bans/${bo.user.id}`);
    const actor = { id: ana.user.id, name: ana.user.name, color: ana.user.color };
    const user = { id: bo.user.id, name: 'Bo', color: bo.user.color };
    const all = await entries(`roomId=${room.id}`);
    const here = { actor, roomId: room.id, roomName: 'Court' };
    expect(all).toMatchObject([
      { ...here, action: 'ban lifted', user, details: null },
      { ...here, action: 'banned', user },
      { ...here, action: 'room updated', user: null, details: { topic: 'Order!' } },
      { ...here, action: 'role changed', user, details: { role: 'moderator' } },
      { ...here, action: 'message deleted', user, details: { seq } },
    ]);
    expect(await entries(`userId=${bo.user.id}&actorId=${ana.user.id}&limit=1`)).toEqual([all[0]]);
    expect(await entries(`actorId=${bo.user.id}`)).toEqual([]);
    const first = await get<AuditPage>(`audit?roomId=${room.id}&limit=2`);
    const second = await get<AuditPage>(
      `audit?roomId=${room.id}&limit=3&cursor=${first.nextCursor}`,
    );
    expect([...first.entries, ...second.entries]).toEqual(all);
    expect(second.nextCursor).toBeNull();
  });

  it('is kept for 180 days', async () => {
    await vi.waitFor(async () => {
      const old = (await entries('')).filter(({ actor }) => actor === null);
      expect(old.map(({ action }) => action)).toEqual(['banned']);
    });
  });

  it('keeps to itself what stands in private rooms, and knows a room that is gone', async () => {
    const room = await createRoom(server, ana.token, 'Layoffs', 'private');
    const { token } = ana;
    const body = { name: 'Layoffs 2', topic: 'names' };
    await call(server, 'PATCH', `/rooms/${room.id}`, { token, body });
    await call(server, 'DELETE', `/rooms/${room.id}`, { token });
    const found = await entries(`roomId=${room.id}`);
    expect(found).toMatchObject([
      { action: 'room deleted', roomName: null, details: { kind: 'private' } },
      { action: 'room updated', roomName: null, details: { changed: ['name', 'topic'] } },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/Layoffs|names/);
  });

  it('has what admins do to accounts, and how the first one came to be', async () => {
    const cy = await signUp(server, 'Cy');
    const { token } = admin;
    await call(server, 'PATCH', `/admin/users/${cy.user.id}`, { token, body: { isAdmin: true } });
    await call(server, 'POST', `/admin/users/${cy.user.id}/reset-link`, { token });
    const found = await entries(`userId=${cy.user.id}`);
    expect(found.map(({ action }) => action)).toEqual(['reset link made', 'made admin']);
    const own = await entries(`userId=${admin.user.id}&actorId=${admin.user.id}`);
    expect(own.map(({ action }) => action)).toEqual(['account created']);
  });
});
