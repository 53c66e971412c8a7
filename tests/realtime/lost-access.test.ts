import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  Refused,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { shareServer, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
});

let lastRoom = 0;
/** A room of Ana's in which Bo is, with a socket of his in it and a stream beside. */
async function scene(visibility: 'public' | 'private' = 'private') {
  const name = `Room ${(lastRoom += 1)}`;
  const { body: room } = await ask<Room>('POST', '/rooms', { name, visibility });
  const member = `/rooms/${room.id}/users/${bo.user.id}`;
  const stream = openStream(server, bo.token);
  await stream.next('live');
  await ask('PUT', member);
  await stream.next('member.joined');
  const socket = await openSocket(server, bo.token, room.id);
  await socket.next('live');
  return { room, member, stream, socket };
}

async function ask<T = Frame>(method: string, path: string, body?: object, by: Account = ana) {
  return call<T>(server, method, path, { token: by.token, body });
}

const say = async (room: Room, text: string) => ask('POST', `/rooms/${room.id}/messages`, { text });

describe('who loses a room hears of it at once, and nothing more of the room', () => {
  it.each([
    ['is removed', '', 4003, 'removed'],
    ['is banned', '?ban=true', 4003, 'banned'],
  ] as const)('when he %s', async (_, query, code, reason) => {
    const { room, member, stream, socket } = await scene();
    expect((await ask('DELETE', member + query)).status).toBe(204);
    const left = { type: 'member.left', roomId: room.id, reason, actor: { name: 'Ana' } };
    expect(await socket.next('member.left')).toMatchObject(left);
    expect(await socket.closed).toEqual({ code, reason: 'removed' });
    expect(await stream.next('member.left')).toMatchObject(left);
    await say(room, 'behind his back');
    const other = await scene();
    await say(other.room, 'something else');
    expect(await stream.next('message.created')).toMatchObject({ roomId: other.room.id });
    const again = await openSocket(server, bo.token, room.id).catch((error: unknown) => error);
    expect((again as Refused).body['code']).toBe(
      reason === 'banned' ? 'forbidden' : 'room_not_found',
    );
  });

  it('when he leaves', async () => {
    const { room, stream, socket } = await scene();
    await ask('POST', `/rooms/${room.id}/leave`, undefined, bo);
    expect(await socket.closed).toEqual({ code: 1000, reason: 'left' });
    expect(await stream.next('member.left')).toMatchObject({ reason: 'left' });
  });

  it('when the room is deleted', async () => {
    const { room, stream, socket } = await scene('public');
    expect((await ask('DELETE', `/rooms/${room.id}`)).status).toBe(204);
    expect(await socket.next('room.deleted')).toEqual({ type: 'room.deleted', roomId: room.id });
    expect(await socket.closed).toEqual({ code: 4004, reason: 'room_deleted' });
    const told = await stream.next('room.deleted');
    expect(told).toEqual({ type: 'room.deleted', roomId: room.id, id: expect.stringMatching(/./) });
    for (const path of ['', '/messages', '/events', '/users']) {
      const { body } = await ask('GET', `/rooms/${room.id}${path}`, undefined, bo);
      expect(body['code']).toBe('room_not_found');
    }
    const { body: lists } = await ask<{ rooms: Room[] }>('GET', '/rooms?limit=200');
    expect(lists.rooms.map(({ id }) => id)).not.toContain(room.id);
    // Its name is free.
    expect((await ask('POST', '/rooms', { name: room.name })).status).toBe(201);
  });
});

describe('who was away when it happened is told when he comes back, once and in order', () => {
  it('of a removal and of a deletion, also of a room that he had left before', async () => {
    const first = await scene();
    const second = await scene();
    const { id: cursor } = await (async () => {
      await say(second.room, 'the last thing that he saw');
      return second.stream.next('message.created');
    })();
    for (const one of [first, second]) one.stream.close();
    await ask('DELETE', first.member);
    await ask('DELETE', `/rooms/${second.room.id}`);
    await ask('DELETE', `/rooms/${first.room.id}`);

    const stream = openStream(server, bo.token, String(cursor));
    await stream.next('live');
    const told = stream.events.filter(({ type }) => /^(room|member|message)/.test(type as string));
    expect(told.map(({ type, roomId }) => [type, roomId])).toEqual([
      ['member.left', first.room.id],
      ['room.deleted', second.room.id],
    ]);
    stream.close();
    const again = openStream(server, bo.token, String(told.at(-1)!['id']));
    await again.next('live');
    expect(again.events.map(({ type }) => type as string)).toEqual(['ready', 'live']);
  });
});

it('tells of changes of a room, its roles and reactions, and a replay tells the same', async () => {
  const { room, member, stream, socket } = await scene();
  const path = `/rooms/${room.id}`;
  await ask('PATCH', path, { name: 'Renamed', topic: 'About', slowModeSeconds: 7 });
  await ask('PUT', member, { role: 'moderator' });
  const { body: message } = await say(room, 'hello');
  const reaction = `${path}/messages/${message['seq']}/reactions/${encodeURIComponent('👩‍💻')}`;
  await ask('PUT', reaction, undefined, bo);
  await ask('DELETE', reaction, undefined, bo);

  const live = await socket.next('reaction.removed');
  const seqs = socket.frames.filter((frame) => 'seq' in frame && frame['type'] !== 'live');
  const facts = { id: room.id, name: 'Renamed', topic: 'About', slowModeSeconds: 7 };
  expect(seqs).toMatchObject([
    { type: 'room.updated', actor: { name: 'Ana' }, room: facts },
    { type: 'member.updated', user: { name: 'Bo' }, role: 'moderator' },
    { type: 'message.created' },
    { type: 'reaction.added', target: message['seq'], emoji: '👩‍💻', actor: { name: 'Bo' } },
    { type: 'reaction.removed', target: message['seq'], emoji: '👩‍💻' },
  ]);
  const after = (seqs[0]!['seq'] as number) - 1;
  const { body } = await ask<{ events: Frame[] }>('GET', `${path}/events?after=${after}`);
  expect(body.events).toEqual(seqs);
  await stream.next('reaction.removed');
  const told = stream.events.filter((event) => (event['seq'] as number) > after);
  expect(told).toEqual(seqs.map((event) => ({ ...event, id: expect.stringMatching(/./) })));
  expect(live['seq']).toBe(after + 5);
});

it('carries a room on the stream of whom somebody else adds', async () => {
  const { room, stream } = await scene();
  await say(room, 'welcome');
  expect(await stream.next('message.created')).toMatchObject({ roomId: room.id });
});

it('says nothing of a private room to anybody outside', async () => {
  const carla = await signUp(server, 'Carla');
  const outside = openStream(server, carla.token);
  await outside.next('live');
  const { room } = await scene();
  await say(room, 'a secret');
  await ask('DELETE', `/rooms/${room.id}`);
  const { body: open } = await ask<Room>('POST', '/rooms', { name: 'Open to all' });
  await outside.next('room.created');
  expect(outside.events.map(({ type, roomId }) => [type, roomId])).toEqual([
    ['ready', undefined],
    ['live', undefined],
    ['room.created', open.id],
  ]);
});

it('takes away what a deleted room held, and goes on with it after a restart', async () => {
  const dataDir = temporaryFolder();
  let own: TestServer = await startServer({ DATA_DIR: dataDir });
  const { token } = await signUp(own, 'Ana');
  const room = await createRoom(own, token, 'Doomed');
  const socket = await openSocket(own, token, room.id);
  for (let i = 0; i < 1200; i += 1) socket.send({ type: 'send', text: `doomed words ${i}` });
  await socket.ask({ type: 'send', text: 'doomed, too' });
  await call(own, 'GET', '/search?q=doomed', { token });
  await call(own, 'DELETE', `/rooms/${room.id}`, { token });
  // It may have come some way, or none.
  await own.stop();
  own = await startServer({ DATA_DIR: dataDir });
  const db = openDatabaseOf(dataDir);
  const left = () =>
    Number(
      db
        .prepare(
          `select (select count(*) from messages) + (select count(*) from rooms where id = ?)
          + (select count(*) from events where room_id = ? and type != 'room.deleted')`,
        )
        .pluck()
        .get(room.id, room.id),
    );
  await expect.poll(left, { timeout: 10_000 }).toBe(0);
  const { body } = await call<{ results: unknown[] }>(own, 'GET', '/search?q=doomed', { token });
  expect(body.results).toEqual([]);
});
