import { beforeAll, describe, expect, it } from 'vitest';
import type { Member, Message, Room, User } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect as openDirectRoom,
  openLiveSocket,
  openStream,
  postMessage,
  signIn,
  signUp,
  signUpAdmin,
  type Account,
  type Frame,
} from '../support/client.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const server = shareServer();
let admin: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
});

let pairs = 0;
/** Two new users; Ana is the one who blocks. */
async function pair(): Promise<{ ana: Account; bo: Account }> {
  pairs += 1;
  const [ana, bo] = await Promise.all([
    signUp(server, `Ana${pairs}`),
    signUp(server, `Bo${pairs}`),
  ]);
  return { ana, bo };
}

const ask = <T = Frame>(by: Account, method: string, path: string, body?: object) =>
  call<T>(server, method, path, { token: by.token, body });
const setBlock = async (by: Account, target: Account, method: 'PUT' | 'DELETE' = 'PUT') => {
  const { status, body } = await ask<null>(by, method, `/users/${target.user.id}/block`);
  expect([status, body]).toEqual([204, null]);
};
const openDirect = (by: Account, { user }: Account) => openDirectRoom(server, by.token, user.id);
const say = (by: Account, { id }: Room, text: string, more: object = {}) =>
  postMessage(server, by.token, id, { text, ...more });
const roomOf = async (by: Account, { id }: Room) =>
  (await ask<Room>(by, 'GET', `/rooms/${id}`)).body;

describe('the list of blocked users', () => {
  it('contains each of them once, sorted by name, for its owner alone', async () => {
    const { ana, bo } = await pair();
    const zoe = await signUp(server, 'Zoe');
    const list = async (by: Account) =>
      (await ask<{ users: User[] }>(by, 'GET', '/users/me/blocks')).body;
    expect(await list(ana)).toEqual({ users: [] });
    for (const target of [zoe, bo, bo]) await setBlock(ana, target);
    const { body: publicZoe } = await ask<User>(ana, 'GET', `/users/${zoe.user.id}`);
    const { users } = await list(ana);
    expect(users.map(({ id }) => id)).toEqual([bo.user.id, zoe.user.id]);
    expect(users[1]).toEqual(publicZoe);
    expect(await list(bo)).toEqual({ users: [] });
    await setBlock(ana, zoe, 'DELETE');
    await setBlock(ana, zoe, 'DELETE');
    expect((await list(ana)).users.map(({ id }) => id)).toEqual([bo.user.id]);
  });

  it('rejects oneself, unknown users and requests without a token', async () => {
    const { ana } = await pair();
    expectRefusal(await ask(ana, 'PUT', `/users/${ana.user.id}/block`), 'forbidden');
    for (const method of ['PUT', 'DELETE']) {
      expectRefusal(await ask(ana, method, '/users/nobody/block'), 'user_not_found');
      expectRefusal(await call(server, method, `/users/${ana.user.id}/block`), 'token_missing');
    }
    expectRefusal(await call(server, 'GET', '/users/me/blocks'), 'token_missing');
  });

  it('holds at most 1,000 users, and is kept over a restart', { timeout: 120_000 }, async () => {
    const dataDir = temporaryFolder();
    const filling = await openFilling(dataDir);
    const people = Array.from({ length: 1001 }, (_, i) => `p${i}`);
    await filling.perform(people.map((id) => registerJob({ id })));
    await filling.close();
    const own = await startServer({ DATA_DIR: dataDir });
    const ana = await signUp(own, 'Ana');
    const put = (id: string, method = 'PUT') => call(own, method, `/users/${id}/block`, ana);
    const last = people.pop()!;
    for (let at = 0; at < people.length; at += 100) {
      const some = people.slice(at, at + 100);
      const answers = await Promise.all(some.map(async (id) => put(id)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    }
    const { message } = expectRefusal(await put(last), 'quota_exceeded');
    expect(message).toMatch(/1000/);
    expect((await put('p7')).status).toBe(204);
    expect((await put('p7', 'DELETE')).status).toBe(204);
    expect((await put(last)).status).toBe(204);

    expect((await put(last, 'DELETE')).status).toBe(204);
    const bo = await signUp(own, 'Bo');
    expect((await put(bo.user.id)).status).toBe(204);
    await own.stop();
    const second = await startServer({ DATA_DIR: dataDir });
    const { token } = await signIn(second, 'Bo');
    expectRefusal(await openDirectRoom(second, token, ana.user.id), 'forbidden');
  });
});

describe('a blocked user', () => {
  it('cannot open a direct room with the blocker, new or existing', async () => {
    const { ana, bo } = await pair();
    await setBlock(ana, bo);
    const { message } = expectRefusal(await openDirect(bo, ana), 'forbidden');
    expect(message).toBe('This person does not take messages from you');
    const { body: list } = await ask<{ rooms: Room[] }>(ana, 'GET', '/rooms?scope=mine');
    expect(list.rooms.filter(({ kind }) => kind === 'direct')).toEqual([]);
    // The blocker may still open the room and write, but gets no answer.
    const opened = await openDirect(ana, bo);
    expect(opened.status).toBe(201);
    expect((await say(ana, opened.body, 'why I do not answer')).status).toBe(201);
    expectRefusal(await openDirect(bo, ana), 'forbidden');
    await setBlock(ana, bo, 'DELETE');
    expect(await openDirect(bo, ana)).toMatchObject({ status: 200, body: { id: opened.body.id } });
  });

  it('cannot write in the direct room over any transport, and still reads it', async () => {
    const { ana, bo } = await pair();
    const { body: room } = await openDirect(bo, ana);
    const sent = { clientMsgId: 'first' };
    const { body: own } = await say(bo, room, 'before', sent);
    const { body: hers } = await say(ana, room, 'hello');
    await ask(bo, 'PUT', `/rooms/${room.id}/messages/${hers.seq}/reactions/👍`);
    const socket = await openLiveSocket(server, bo.token, room.id);
    await setBlock(ana, bo);
    const before = await roomOf(ana, room);
    const message = (seq: number, more = '') => `/rooms/${room.id}/messages/${seq}${more}`;
    const refused = [
      await say(bo, room, 'after'),
      await ask(bo, 'PATCH', message(own.seq), { text: 'better' }),
      await ask(bo, 'PUT', message(hers.seq, '/reactions/🎉')),
    ];
    for (const answer of refused) expectRefusal(answer, 'forbidden');
    for (const command of [
      { type: 'send', text: 'after' },
      { type: 'edit', seq: own.seq, text: 'better' },
      { type: 'react', seq: hers.seq, emoji: '🎉' },
    ]) {
      expect(await socket.ask(command)).toMatchObject({
        type: 'error',
        code: 'forbidden',
        message: 'This person does not take messages from you',
      });
    }
    expect(await roomOf(ana, room)).toEqual(before);
    // Earlier messages can be read and repeated, and one's own messages and reactions can be deleted.
    const { body: history } = await ask<{ messages: Message[] }>(bo, 'GET', message(own.seq, ''));
    expect(history).toMatchObject({ text: 'before' });
    expect(await say(bo, room, 'before', sent)).toMatchObject({ status: 200, body: own });
    expect((await ask(bo, 'PATCH', message(own.seq), { text: 'before' })).status).toBe(200);
    const path = message(hers.seq, '/reactions/👍');
    expect((await ask(bo, 'DELETE', path)).status).toBe(204);
    expect((await ask(bo, 'DELETE', message(own.seq))).status).toBe(204);
    await setBlock(ana, bo, 'DELETE');
    expect((await say(bo, room, 'at last')).status).toBe(201);
  });

  it('is rejected alone among users who send at once', async () => {
    const { ana, bo } = await pair();
    const { body: room } = await openDirect(bo, ana);
    await setBlock(ana, bo);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => say(i % 2 === 0 ? bo : ana, room, `text ${i}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 403 : 201)),
    );
  });

  it('is not shown typing in the direct room, but still elsewhere', async () => {
    const { ana, bo } = await pair();
    const { body: direct } = await openDirect(bo, ana);
    const kitchen = await createRoom(server, bo.token, 'Kitchen');
    const anaSocket = await openLiveSocket(server, ana.token, direct.id);
    const boSocket = await openLiveSocket(server, bo.token, direct.id);
    const anaInKitchen = await openLiveSocket(server, ana.token, kitchen.id);
    const boInKitchen = await openLiveSocket(server, bo.token, kitchen.id);
    boSocket.send({ type: 'typing' });
    await anaSocket.next('typing');
    await setBlock(ana, bo);
    boSocket.send({ type: 'typing' });
    // Commands are handled in order, so a typing event would arrive before these.
    expect(await boSocket.ask({ type: 'send', text: 'psst' })).toMatchObject({ code: 'forbidden' });
    await say(ana, direct, 'the end');
    await anaSocket.next('message.created');
    expect(anaSocket.frames.filter(({ type }) => type === 'typing')).toHaveLength(1);
    expect(boSocket.frames.filter(({ type }) => type === 'error')).toHaveLength(1);
    boInKitchen.send({ type: 'typing' });
    await anaInKitchen.next('typing');
  });

  it('can mention the blocker, who gets no mention event and no mention count', async () => {
    const { ana, bo } = await pair();
    const kitchen = await createRoom(server, bo.token, 'Alerts');
    await joinRoom(server, ana.token, kitchen.id);
    const stream = openStream(server, ana.token);
    await stream.next('live');
    await setBlock(ana, bo);
    const name = `@${ana.user.name}`;
    const { body: sent } = await say(bo, kitchen, `${name}, look`);
    const { body: plain } = await say(bo, kitchen, 'nothing yet');
    const path = `/rooms/${kitchen.id}/messages/${plain.seq}`;
    const { body: edited } = await ask<Message>(bo, 'PATCH', path, { text: `and ${name}` });
    for (const { mentions } of [sent, edited]) expect(mentions).toEqual([ana.user.id]);
    expect(await roomOf(ana, kitchen)).toMatchObject({ unreadCount: 2, mentionCount: 0 });
    // Mentions of others alert her, also in the same group, and Bo's do again once he is unblocked.
    const cy = await signUp(server, `Cy${pairs}`);
    await Promise.all([
      say(bo, kitchen, `${name} from bo`),
      say(cy, kitchen, `${name} from cy`),
      say(bo, kitchen, `${name} from bo again`),
    ]);
    expect(await stream.next('mention')).toMatchObject({ message: { text: `${name} from cy` } });
    expect(await roomOf(ana, kitchen)).toMatchObject({ mentionCount: 1 });
    await setBlock(ana, bo, 'DELETE');
    await say(bo, kitchen, `${name}, at last`);
    expect(await stream.next('mention')).toMatchObject({ message: { text: `${name}, at last` } });
    expect(await roomOf(ana, kitchen)).toMatchObject({ mentionCount: 2 });
    expect(stream.events.filter(({ type }) => type === 'mention')).toHaveLength(2);
  });

  it('cannot add the blocker to a room, whatever their own role', async () => {
    const { ana, bo } = await pair();
    for (const by of [bo, admin]) {
      const body = { name: `Club of ${by.user.name}` };
      const { body: club } = await ask<Room>(by, 'POST', '/rooms', body);
      const member = `/rooms/${club.id}/users/${ana.user.id}`;
      expect((await ask(by, 'PUT', member)).status).toBe(200);
      await ask(ana, 'POST', `/rooms/${club.id}/leave`);
      await setBlock(ana, by);
      for (const role of [undefined, 'member', 'moderator', 'owner']) {
        expectRefusal(await ask(by, 'PUT', member, role ? { role } : undefined), 'forbidden');
      }
      // A rejected add does not lift a ban.
      await ask(by, 'DELETE', `${member}?ban=true`);
      expectRefusal(await ask(by, 'PUT', member), 'forbidden');
      expectRefusal(await ask(ana, 'POST', `/rooms/${club.id}/join`), 'forbidden');
      await ask(by, 'DELETE', `/rooms/${club.id}/bans/${ana.user.id}`);
      // She may still join by herself; then she is a member like any other.
      expect((await ask(ana, 'POST', `/rooms/${club.id}/join`)).status).toBe(200);
      const made = await ask<Member>(by, 'PUT', member, { role: 'moderator' });
      expect(made).toMatchObject({ status: 200, body: { role: 'moderator' } });
    }
  });

  it('gets no event of the block, and keeps all other rights', async () => {
    const { ana, bo } = await pair();
    const kitchen = await createRoom(server, ana.token, `Open ${pairs}`);
    const stream = openStream(server, bo.token);
    await stream.next('live');
    await setBlock(ana, bo);
    expect((await say(bo, kitchen, 'hello all')).status).toBe(201);
    const { body: seen } = await ask<User>(bo, 'GET', `/users/${ana.user.id}`);
    const { email: _, hasPassword: _p, mailSummaries: _m, ...publicAna } = ana.user;
    expect(seen).toEqual(publicAna);
    const { body: joined } = await ask<{ messages: Message[] }>(
      bo,
      'GET',
      `/rooms/${kitchen.id}/messages`,
    );
    expect(joined.messages).toHaveLength(1);
    await stream.next('message.created');
    const types = new Set(stream.events.map(({ type }) => type as string));
    expect([...types].filter((type) => type.includes('block'))).toEqual([]);
  });
});
