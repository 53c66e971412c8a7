import { beforeAll, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  openSocket,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
beforeAll(async () => {
  [ana, bo] = await Promise.all([signUp(server, 'Ana'), signUp(server, 'Bo')]);
});

const setLevel = (by: Account, roomId: string, body: unknown) =>
  call<Room>(server, 'PUT', `/rooms/${roomId}/notify`, { token: by.token, body });
const roomOf = async (by: Account, id: string) =>
  (await call<Room>(server, 'GET', `/rooms/${id}`, by)).body;

it('notifies of mentions at first, and of everything in a direct room', async () => {
  const room = await createRoom(server, ana.token, 'First');
  expect(room.notify).toBe('mentions');
  expect((await joinRoom(server, bo.token, room.id)).body.notify).toBe('mentions');
  const direct = await openDirect(server, ana.token, bo.user.id);
  expect(direct.body.notify).toBe('all');
});

it('sets a level for one member and one room, wherever the room is returned', async () => {
  const room = await createRoom(server, ana.token, 'Levels');
  const other = await createRoom(server, ana.token, 'Other');
  await joinRoom(server, bo.token, room.id);
  for (const level of ['all', 'none', 'none', 'mentions', 'all'] as const) {
    const { status, body } = await setLevel(ana, room.id, { level });
    expect([status, body]).toEqual([200, await roomOf(ana, room.id)]);
    expect(body.notify).toBe(level);
  }
  const { body: list } = await call<{ rooms: Room[] }>(server, 'GET', '/rooms?scope=mine', ana);
  const levels = new Map(list.rooms.map(({ id, notify }) => [id, notify]));
  expect([levels.get(room.id), levels.get(other.id)]).toEqual(['all', 'mentions']);
  expect((await roomOf(bo, room.id)).notify).toBe('mentions');
  const socket = await openSocket(server, ana.token, room.id);
  expect((await socket.next('welcome'))['room']).toMatchObject({ notify: 'all' });
});

it('keeps the level of members who leave and return, or are removed and added', async () => {
  const room = await createRoom(server, ana.token, 'Quiet');
  await joinRoom(server, bo.token, room.id);
  await setLevel(bo, room.id, { level: 'none' });
  await call(server, 'POST', `/rooms/${room.id}/leave`, bo);
  expect((await joinRoom(server, bo.token, room.id)).body.notify).toBe('none');
  const member = `/rooms/${room.id}/users/${bo.user.id}`;
  await call(server, 'DELETE', member, ana);
  await call(server, 'PUT', member, { token: ana.token, body: {} });
  expect((await roomOf(bo, room.id)).notify).toBe('none');
});

it('sets the level of a direct room for one side alone', async () => {
  const { body: direct } = await openDirect(server, ana.token, bo.user.id);
  expect((await setLevel(ana, direct.id, { level: 'none' })).body.notify).toBe('none');
  expect((await roomOf(bo, direct.id)).notify).toBe('all');
});

it.each([[{}], [{ level: 'some' }], [{ level: null }], [{ level: 'all', seq: 1 }], [[]], [null]])(
  'rejects %j',
  async (body) => {
    const room = await createRoom(server, ana.token, `Not ${JSON.stringify(body)}`);
    expectRefusal(await setLevel(ana, room.id, body), 'validation_failed');
    expect((await roomOf(ana, room.id)).notify).toBe('mentions');
  },
);
