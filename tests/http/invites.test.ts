import { beforeAll, describe, expect, it } from 'vitest';
import type { Invite, InvitePreview } from '../../src/protocol/invites.ts';
import type { Member, Room, Session } from '../../src/protocol/resources.ts';
import type { Job } from '../../src/store/mutation.ts';
import { accountJob } from '../support/accounts.ts';
import {
  call,
  createRoom,
  emailOf,
  openDirect,
  openLiveSocket,
  passwordOf,
  signIn,
  signUp,
  signUpAdmin,
  type Account,
  type At,
} from '../support/client.ts';
import { createRoomJob, openFilling } from '../support/filling.ts';
import { openRaw, readAnswer } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const PUBLIC_URL = 'https://chat.example.org';
const DAY_MS = 86_400_000;
const lines: string[] = [];
const log = (line: string) => void lines.push(line);
const server = shareServer({ LOG_LEVEL: 'info' }, writePast, log);

/**
 * Rooms of Ana's: `old` has invites that have expired, `full` as many as it may have, `revoked` more that are revoked than
 * are kept.
 */
async function writePast(dataDir: string): Promise<void> {
  const now = Date.now();
  const inviteJob = (code: string, roomId: string, expiresAt: number, createdAt = now): Job => ({
    mutation: 'createInvite',
    input: { code, roomId, createdBy: 'ana', createdAt, expiresAt, maxUses: null },
  });
  const filling = await openFilling(dataDir);
  await filling.perform([
    accountJob('ana', 'Ana'),
    accountJob('bo', 'Bo'),
    accountJob('root', 'Root', true),
    ...['old', 'full', 'revoked'].map((id) => createRoomJob({ id, userId: 'ana' })),
    ...Array.from({ length: 100 }, (_, i) => inviteJob(`full-${i}`, 'full', now + DAY_MS)),
    ...Array.from({ length: 102 }, (_, i) => `revoked-${i}`).flatMap((code, i) => [
      inviteJob(code, 'revoked', now + DAY_MS, now + i),
      { mutation: 'revokeInvite', input: { roomId: 'revoked', actorId: 'ana', code } },
    ]),
    inviteJob('expired', 'old', now - 1),
    inviteJob('forgotten', 'old', now - 31 * DAY_MS),
  ]);
  await filling.close();
}

let [ana, bo, root] = [] as unknown as [Account, Account, Account];
beforeAll(async () => {
  [ana, bo, root] = await Promise.all([
    signIn(server, 'Ana'),
    signIn(server, 'Bo'),
    signIn(server, 'Root'),
  ]);
});

let made = 0;
/** Makes a new room of Ana's. */
const newRoom = (visibility: 'public' | 'private' = 'private') =>
  createRoom(server, ana.token, `Room ${(made += 1)}`, visibility);
/** Registers somebody new. */
const newcomer = () => signUp(server, `Person ${(made += 1)}`);

const invitesOf = (room: { id: string } | null) =>
  room === null ? '/invites' : `/rooms/${room.id}/invites`;

/** Makes an invite; `room` null: onto the server. */
const create = (room: { id: string } | null, { token }: Account, body?: object) =>
  call<Invite>(server, 'POST', invitesOf(room), { token, body });

async function invite(room: { id: string } | null, body?: object): Promise<Invite> {
  const answer = await create(room, room === null ? root : ana, body);
  expect(answer.status).toBe(201);
  return answer.body;
}

const list = async (room: { id: string } | null, { token }: Account) =>
  (await call<{ invites: Invite[] }>(server, 'GET', invitesOf(room), { token })).body.invites;

const revoke = (room: { id: string } | null, code: string, { token }: Account) =>
  call(server, 'DELETE', `${invitesOf(room)}/${code}`, { token });

const preview = (code: string, at: At = server) =>
  call<InvitePreview>(at, 'GET', `/invites/${code}`);

const accept = (code: string, { token }: Account) =>
  call<Room>(server, 'POST', `/invites/${code}/accept`, { token });

const register = (at: At, more: object) => {
  const name = `Person ${(made += 1)}`;
  const body = { name, email: emailOf(name), password: passwordOf(name), ...more };
  return call<Session>(at, 'POST', '/auth/register', { body });
};

const change = (method: 'PUT' | 'DELETE', { id }: Room, { user }: Account, role?: string) =>
  call(server, method, `/rooms/${id}/users/${user.id}`, {
    token: ana.token,
    ...(role && { body: { role } }),
  });

const usesOf = async (room: { id: string }, code: string) =>
  (await list(room, ana)).find((one) => one.code === code)?.uses;

describe('an invite', () => {
  it('lets people in for seven days, and any number of them, unless its maker says otherwise', async () => {
    const room = await newRoom();
    const before = Date.now();
    const plain = await invite(room);
    expect(plain).toEqual({
      code: expect.stringMatching(/^[\w-]{22}$/),
      url: `${server.url}/?invite=${plain.code}`,
      roomId: room.id,
      createdBy: ana.user.id,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      maxUses: null,
      uses: 0,
    });
    const madeAt = Date.parse(plain.createdAt);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(Date.parse(plain.expiresAt) - madeAt).toBe(7 * DAY_MS);
    const short = await invite(room, { expiresIn: 3600, maxUses: 5 });
    expect(short).toMatchObject({ maxUses: 5, uses: 0 });
    expect(Date.parse(short.expiresAt) - Date.parse(short.createdAt)).toBe(3_600_000);
    expect((await list(room, ana)).map(({ code }) => code)).toHaveLength(2);
    expect(await list(room, ana)).toEqual(expect.arrayContaining([plain, short]));
  });

  it.each([
    [{ expiresIn: 59 }, '/expiresIn'],
    [{ expiresIn: 367 * 86_400 }, '/expiresIn'],
    [{ expiresIn: 3600.5 }, '/expiresIn'],
    [{ maxUses: 0 }, '/maxUses'],
    [{ maxUses: 1_000_001 }, '/maxUses'],
    [{ maxUse: 1 }, '/maxUse'],
  ])('is not made with %j', async (body, path) => {
    expectRefusal(await create({ id: 'old' }, ana, body), 'validation_failed', [path]);
  });

  it('has a link below the address of a request even where it names no Host', async () => {
    const old = await openRaw(server);
    old.write(`POST /invites HTTP/1.0\r\nAuthorization: Bearer ${root.token}\r\n\r\n`);
    const { body } = await readAnswer(old);
    const { url, code } = body as Invite;
    expect(url).toBe(`${server.url}/?invite=${code}`);
  });

  it('tells those without an account who invites to what, and no more', async () => {
    const room = await newRoom();
    const { code, expiresAt } = await invite(room);
    const { id, name, color } = ana.user;
    const shown = { name: room.name, kind: 'private', memberCount: 1 };
    expect(await preview(code)).toMatchObject({ status: 200 });
    expect((await preview(code)).body).toEqual({
      room: shown,
      invitedBy: { id, name, color },
      expiresAt,
    });
    const toServer = await invite(null);
    expect((await preview(toServer.code)).body).toMatchObject({
      room: null,
      invitedBy: { name: 'Root' },
    });
    expectRefusal(await preview('no-such-code'), 'invite_not_found');
  });

  it('makes somebody a member of a private room, and tells the others', async () => {
    const room = await newRoom();
    const { code } = await invite(room, { maxUses: 1 });
    const socket = await openLiveSocket(server, ana.token, room.id);
    const cleo = await newcomer();
    const answer = await accept(code, cleo);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: room.id, role: 'member', memberCount: 2 });
    expect(answer.body.unreadCount).toBe(0);
    const { id, name, color } = cleo.user;
    expect(await socket.next('member.joined')).toMatchObject({
      seq: answer.body.lastSeq,
      actor: { id, name, color },
      user: { id },
      role: 'member',
    });
    expect(await usesOf(room, code)).toBe(1);
  });

  it('changes nothing for a member, even once it has ended', async () => {
    const room = await newRoom();
    const { code } = await invite(room, { maxUses: 1 });
    const cleo = await newcomer();
    const { body: joined } = await accept(code, cleo);
    for (const member of [cleo, ana]) {
      const again = await accept(code, member);
      expect(again.status).toBe(200);
      expect(again.body.lastSeq).toBe(joined.lastSeq);
    }
    expect(await usesOf(room, code)).toBe(1);
    await revoke(room, code, ana);
    expect((await accept(code, cleo)).status).toBe(200);
  });

  it('keeps the banned out, with a reason', async () => {
    for (const visibility of ['public', 'private'] as const) {
      const room = await newRoom(visibility);
      const { code } = await invite(room);
      const cleo = await newcomer();
      await accept(code, cleo);
      const path = `/rooms/${room.id}/users/${cleo.user.id}?ban=true`;
      await call(server, 'DELETE', path, ana);
      expect(expectRefusal(await accept(code, cleo), 'forbidden').message).toMatch(/banned/);
      expect(await usesOf(room, code)).toBe(1);
    }
  });

  it('without a room only lets register', async () => {
    const { code } = await invite(null);
    const refusal = expectRefusal(await accept(code, bo), 'forbidden');
    expect(refusal.message).toMatch(/you have an account/);
    expect((await list(null, root)).find((one) => one.code === code)?.uses).toBe(0);
  });

  it('leaves a line in the log when it is made and when it is revoked, without its code', async () => {
    const room = await newRoom();
    const { code } = await invite(room);
    await preview(code);
    await revoke(room, code, ana);
    const of = { actorId: ana.user.id, roomId: room.id };
    const audited = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const audit of ['invite made', 'invite revoked']) {
      expect(audited).toContainEqual(expect.objectContaining({ audit, ...of }));
    }
    expect(lines.join('\n')).toContain('/invites/');
    expect(lines.join('\n')).not.toContain(code);
  });
});

describe('an invite that has ended', () => {
  /** Checks that it lets nobody in, by any door, and that all of them say why. */
  async function expectEnded(code: string, reason: RegExp) {
    const cleo = await newcomer();
    const doors = [
      await preview(code),
      await accept(code, cleo),
      await register(server, { invite: code }),
    ];
    for (const answer of doors) {
      expect(expectRefusal(answer, 'invite_not_found').message).toMatch(reason);
    }
  }

  it('says that it was revoked', async () => {
    const room = await newRoom();
    const { code } = await invite(room);
    expect((await revoke(room, code, ana)).status).toBe(204);
    await expectEnded(code, /was revoked/);
    expect(await list(room, ana)).toEqual([]);
    expectRefusal(await revoke(room, code, ana), 'invite_not_found');
  });

  it('says that it is used up, and is still listed', async () => {
    const room = await newRoom();
    const { code } = await invite(room, { maxUses: 1 });
    await accept(code, bo);
    await expectEnded(code, /used up/);
    expect(await list(room, ana)).toMatchObject([{ code, maxUses: 1, uses: 1 }]);
  });

  it('says that it has expired, until a month later', async () => {
    expect(await list({ id: 'old' }, ana)).toEqual([]);
    await invite({ id: 'old' });
    await expectEnded('expired', /has expired/);
    await expectEnded('forgotten', /no such invite/);
  });

  it('ends with its maker’s right to invite, and works again with it', async () => {
    const room = await newRoom();
    await change('PUT', room, bo, 'moderator');
    const { body } = await create(room, bo);
    expect((await preview(body.code)).status).toBe(200);
    for (const lose of [
      () => change('PUT', room, bo, 'member'),
      () => change('DELETE', room, bo),
      () => call(server, 'DELETE', `/rooms/${room.id}/users/${bo.user.id}?ban=true`, ana),
    ]) {
      await lose();
      await expectEnded(body.code, /was revoked/);
      expect(await list(room, ana)).toEqual([]);
      await change('PUT', room, bo, 'moderator');
      expect((await preview(body.code)).status).toBe(200);
    }
  });

  it('ends where its maker is disabled, or is no admin any more', async () => {
    const second = await newcomer();
    const patch = (changes: object) =>
      call(server, 'PATCH', `/admin/users/${second.user.id}`, { ...root, body: changes });
    await patch({ isAdmin: true });
    const codes = [
      (await create(null, second)).body.code,
      (await create(await newRoom('public'), second)).body.code,
    ];
    for (const changes of [{ isAdmin: false }, { isDisabled: true }]) {
      await patch({ isAdmin: true });
      for (const code of codes) expect((await preview(code)).status).toBe(200);
      await patch(changes);
      for (const code of codes) await expectEnded(code, /was revoked/);
    }
  });

  it('is gone with its room', async () => {
    const room = await newRoom();
    const { code } = await invite(room);
    await call(server, 'DELETE', `/rooms/${room.id}`, ana);
    await expectEnded(code, /no such invite/);
  });
});

describe('invites', () => {
  it('are at most 100 of a room, until one is revoked', async () => {
    const full = { id: 'full' };
    const refusal = expectRefusal(await create(full, ana), 'quota_exceeded');
    expect(refusal.message).toMatch(/100 invites.*revoke one/);
    await revoke(full, 'full-7', ana);
    await invite(full);
    expectRefusal(await create(full, ana), 'quota_exceeded');
    expect(await list(full, ana)).toHaveLength(100);
  });

  it('of which the 100 newest are kept that have ended', async () => {
    await invite({ id: 'revoked' });
    const reasons = { 1: /no such/, 2: /was revoked/, 101: /was revoked/ };
    for (const [i, reason] of Object.entries(reasons)) {
      const refusal = expectRefusal(await preview(`revoked-${i}`), 'invite_not_found');
      expect(refusal.message).toMatch(reason);
    }
  });

  it('of one room are not those of another, nor of the server', async () => {
    const [room, other] = [await newRoom(), await newRoom()];
    const [ofRoom, ofServer] = [await invite(room), await invite(null)];
    expectRefusal(await revoke(other, ofRoom.code, ana), 'invite_not_found');
    expectRefusal(await revoke(other, ofServer.code, ana), 'invite_not_found');
    expectRefusal(await revoke(null, ofRoom.code, root), 'invite_not_found');
    expect(await list(other, ana)).toEqual([]);
    expect((await list(null, root)).map(({ code }) => code)).toContain(ofServer.code);
    expect((await revoke(null, ofServer.code, root)).status).toBe(204);
    expectRefusal(await preview(ofServer.code), 'invite_not_found');
  });

  it('onto the server are for admins', async () => {
    const { code } = await invite(null);
    expectRefusal(await create(null, ana), 'forbidden');
    expectRefusal(await call(server, 'GET', '/invites', ana), 'forbidden');
    expectRefusal(await revoke(null, code, ana), 'forbidden');
  });

  it('into direct rooms there are none', async () => {
    const { body: direct } = await openDirect(server, ana.token, bo.user.id);
    expectRefusal(await create(direct, ana), 'forbidden');
  });
});

describe('registration with an invite', () => {
  it('joins its room', async () => {
    const room = await newRoom();
    const { code } = await invite(room, { maxUses: 1 });
    const { status, body } = await register(server, { invite: code });
    expect(status).toBe(201);
    const members = await call<{ users: Member[] }>(server, 'GET', `/rooms/${room.id}/users`, body);
    expect(members.body.users).toContainEqual(
      expect.objectContaining({ id: body.user.id, role: 'member' }),
    );
    expect(await usesOf(room, code)).toBe(1);
    // Once it is used up, it registers nobody, and the name stays free.
    const late = { name: 'Late', email: 'late@example.org' };
    expectRefusal(await register(server, { ...late, invite: code }), 'invite_not_found');
    expect((await register(server, late)).status).toBe(201);
  });

  it('uses nothing up where the name is taken', async () => {
    const room = await newRoom();
    const { code } = await invite(room);
    expectRefusal(await register(server, { name: 'Ana', invite: code }), 'name_taken');
    expect(await usesOf(room, code)).toBe(0);
  });

  it('is the only one where REGISTRATION is invite, but for the first admin', async () => {
    const closed = await startServer({ REGISTRATION: 'invite', PUBLIC_URL });
    const { token } = await signUpAdmin(closed, 'Root');
    expect(expectRefusal(await register(closed, {}), 'forbidden').message).toMatch(
      /need an invite/,
    );
    expectRefusal(await register(closed, { invite: 'wrong' }), 'invite_not_found');
    // Without an invite, nobody finds out who has an account.
    const taken = { email: emailOf('Root') };
    expectRefusal(await register(closed, { ...taken, invite: 'wrong' }), 'invite_not_found');
    const room = await createRoom(closed, token, 'Kitchen', 'private');
    for (const path of ['/invites', `/rooms/${room.id}/invites`]) {
      const { body } = await call<Invite>(closed, 'POST', path, { token });
      expect(body.url).toBe(`${PUBLIC_URL}/?invite=${body.code}`);
      expect((await register(closed, { invite: body.code })).status).toBe(201);
    }
    const { body } = await call<Room>(closed, 'GET', `/rooms/${room.id}`, { token });
    expect(body.memberCount).toBe(2);
  });

  it('is refused where REGISTRATION is closed', async () => {
    const closed = await startServer({ REGISTRATION: 'closed', RATE_LIMIT_REQUESTS: '1' });
    const refusal = expectRefusal(await register(closed, { invite: 'any' }), 'forbidden');
    expect(refusal.message).toMatch(/closed/);
    // Strangers can look at invites only so often, too.
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await preview('any', closed)).status);
    expect(statuses).toEqual([404, 404, 404, 429]);
  });
});
