import { sql } from 'kysely';
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
/** A room of Ana's with Bo as a member, and a socket and a stream of Bo's. */
async function scene(visibility: 'public' | 'private' = 'private') {
  const name = `Room ${(lastRoom += 1)}`;
  const { body: room } = await request<Room>('POST', '/rooms', { name, visibility });
  const member = `/rooms/${room.id}/users/${bo.user.id}`;
  const stream = openStream(server, bo.token);
  await stream.next('live');
  await request('PUT', member);
  await stream.next('member.joined');
  const socket = await openSocket(server, bo.token, room.id);
  await socket.next('live');
  return { room, member, stream, socket };
}

async function request<T = Frame>(method: string, path: string, body?: object, by: Account = ana) {
  return call<T>(server, method, path, { token: by.token, body });
}

const send = async (room: Room, text: string) =>
  request('POST', `/rooms/${room.id}/messages`, { text });

describe('a member who loses access gets the event that says so, and nothing further', () => {
  it.each([
    ['removed', '', 4003, 'removed'],
    ['banned', '?ban=true', 4003, 'banned'],
  ] as const)('when %s', async (_, query, code, reason) => {
    const { room, member, stream, socket } = await scene();
    expect((await request('DELETE', member + query)).status).toBe(204);
    const left = { type: 'member.left', roomId: room.id, reason, actor: { name: 'Ana' } };
    expect(await socket.next('member.left')).toMatchObject(left);
    expect(await socket.closed).toEqual({ code, reason: 'removed' });
    expect(await stream.next('member.left')).toMatchObject(left);
    await send(room, 'after Bo has gone');
    const other = await scene();
    await send(other.room, 'something else');
    expect(await stream.next('message.created')).toMatchObject({ roomId: other.room.id });
    const again = await openSocket(server, bo.token, room.id).catch((error: unknown) => error);
    expect((again as Refused).body['code']).toBe(
      reason === 'banned' ? 'forbidden' : 'room_not_found',
    );
  });

  it('when leaving', async () => {
    const { room, stream, socket } = await scene();
    await request('POST', `/rooms/${room.id}/leave`, undefined, bo);
    expect(await socket.closed).toEqual({ code: 1000, reason: 'left' });
    expect(await stream.next('member.left')).toMatchObject({ reason: 'left' });
  });

  it('when the room is deleted', async () => {
    const { room, stream, socket } = await scene('public');
    expect((await request('DELETE', `/rooms/${room.id}`)).status).toBe(204);
    expect(await socket.next('room.deleted')).toEqual({ type: 'room.deleted', roomId: room.id });
    expect(await socket.closed).toEqual({ code: 4004, reason: 'room_deleted' });
    const event = await stream.next('room.deleted');
    expect(event).toEqual({
      type: 'room.deleted',
      roomId: room.id,
      id: expect.stringMatching(/./),
    });
    for (const path of ['', '/messages', '/events', '/users']) {
      const { body } = await request('GET', `/rooms/${room.id}${path}`, undefined, bo);
      expect(body['code']).toBe('room_not_found');
    }
    const { body: lists } = await request<{ rooms: Room[] }>('GET', '/rooms?limit=200');
    expect(lists.rooms.map(({ id }) => id)).not.toContain(room.id);
    // Its name is free again.
    expect((await request('POST', '/rooms', { name: room.name })).status).toBe(201);
  });
});

describe('a stream that was away', () => {
  it('replays a removal and a deletion once, and no deletion of a room left before', async () => {
    const first = await scene();
    const second = await scene();
    const { id: cursor } = await (async () => {
      await send(second.room, 'the last message that Bo saw');
      return second.stream.next('message.created');
    })();
    for (const one of [first, second]) one.stream.close();
    await request('DELETE', first.member);
    await request('DELETE', `/rooms/${second.room.id}`);
    await request('DELETE', `/rooms/${first.room.id}`);

    const stream = openStream(server, bo.token, String(cursor));
    await stream.next('live');
    const events = stream.events.filter(({ type }) =>
      /^(room|member|message)/.test(type as string),
    );
    expect(events.map(({ type, roomId }) => [type, roomId])).toEqual([
      ['member.left', first.room.id],
      ['room.deleted', second.room.id],
    ]);
    stream.close();
    const again = openStream(server, bo.token, String(events.at(-1)!['id']));
    await again.next('live');
    expect(again.events.map(({ type }) => type as string)).toEqual(['ready', 'live']);
  });
});

it('delivers changes of a room, its roles and reactions, and replays the same events', async () => {
  const { room, member, stream, socket } = await scene();
  const path = `/rooms/${room.id}`;
  await request('PATCH', path, { name: 'Renamed', topic: 'About', slowModeSeconds: 7 });
  await request('PUT', member, { role: 'moderator' });
  const { body: message } = await send(room, 'hello');
  const reaction = `${path}/messages/${message['seq']}/reactions/${encodeURIComponent('👩‍💻')}`;
  await request('PUT', reaction, undefined, bo);
  await request('DELETE', reaction, undefined, bo);

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
  const { body } = await request<{ events: Frame[] }>('GET', `${path}/events?after=${after}`);
  expect(body.events).toEqual(seqs);
  await stream.next('reaction.removed');
  const streamed = stream.events.filter((event) => (event['seq'] as number) > after);
  expect(streamed).toEqual(seqs.map((event) => ({ ...event, id: expect.stringMatching(/./) })));
  expect(live['seq']).toBe(after + 5);
});

it('delivers a room to the stream of a member whom somebody else has added', async () => {
  const { room, stream } = await scene();
  await send(room, 'welcome');
  expect(await stream.next('message.created')).toMatchObject({ roomId: room.id });
});

it('delivers nothing of a private room to anybody outside', async () => {
  const carla = await signUp(server, 'Carla');
  const outside = openStream(server, carla.token);
  await outside.next('live');
  const { room } = await scene();
  await send(room, 'a secret');
  await request('DELETE', `/rooms/${room.id}`);
  const { body: open } = await request<Room>('POST', '/rooms', { name: 'Open to all' });
  await outside.next('room.created');
  expect(outside.events.map(({ type, roomId }) => [type, roomId])).toEqual([
    ['ready', undefined],
    ['live', undefined],
    ['room.created', open.id],
  ]);
});

it('deletes the content of a deleted room, and continues after a restart', async () => {
  const dataDir = temporaryFolder();
  let own: TestServer = await startServer({ DATA_DIR: dataDir });
  const { token } = await signUp(own, 'Ana');
  const room = await createRoom(own, token, 'Doomed');
  const socket = await openSocket(own, token, room.id);
  for (let i = 0; i < 1200; i += 1) socket.send({ type: 'send', text: `doomed words ${i}` });
  await socket.ask({ type: 'send', text: 'doomed, too' });
  await call(own, 'GET', '/search?q=doomed', { token });
  await call(own, 'DELETE', `/rooms/${room.id}`, { token });
  // The deletion may or may not have begun.
  await own.stop();
  own = await startServer({ DATA_DIR: dataDir });
  const db = await openDatabaseOf(dataDir);
  const left = async () => {
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from messages) + (select count(*) from rooms where id = ${room.id})
        + (select count(*) from events where room_id = ${room.id} and type != 'room.deleted') as n`.execute(
      db,
    );
    return rows[0]!.n;
  };
  await expect.poll(left, { timeout: 25_000 }).toBe(0);
  const { body } = await call<{ results: unknown[] }>(own, 'GET', '/search?q=doomed', { token });
  expect(body.results).toEqual([]);
});
