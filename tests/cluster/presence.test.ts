import { expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  signUp,
  type At,
  type Frame,
  type TestSocket,
} from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2, { PRESENCE_GRACE_MS: '400' });

const named = async (socket: TestSocket, type: 'presence.joined' | 'presence.left') =>
  ((await socket.next(type))['user'] as Frame)['name'] as string;
const joined = (socket: TestSocket) => named(socket, 'presence.joined');
const left = (socket: TestSocket) => named(socket, 'presence.left');

async function onlineCount(node: At, token: string, roomId: string): Promise<number> {
  return (await call<Room>(node, 'GET', `/rooms/${roomId}`, { token })).body.onlineCount;
}

/** A room in which somebody on the first node watches who comes and goes. */
async function watchRoom(name: string) {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const owner = await signUp(one, `${name} owner`);
  const { id } = await createRoom(one, owner.token, name);
  return { one, two, id, owner, watching: await openLiveSocket(one, owner.token, id) };
}

it('shows who is online on another node, from the first socket to the last', async () => {
  const { one, two, id, owner, watching } = await watchRoom('first and last');
  const bob = await signUp(two, 'Bob');
  const first = await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');
  expect(await onlineCount(one, owner.token, id)).toBe(2);
  expect(await onlineCount(two, owner.token, id)).toBe(2);
  const online = first.frames[0]!['online'] as Frame[];
  expect(online.map((user) => user['name'] as string).toSorted()).toEqual([
    'Bob',
    'first and last owner',
  ]);

  const second = await openLiveSocket(two, bob.token, id);
  await first.close();
  await second.close();
  expect(await left(watching)).toBe('Bob');
  expect(await onlineCount(one, owner.token, id)).toBe(1);
  expect(watching.frames.filter(({ type }) => String(type).startsWith('presence'))).toHaveLength(2);
});

it('keeps a user online who moves to another node within the grace period', async () => {
  const { one, two, id, owner, watching } = await watchRoom('move');
  const cat = await signUp(two, 'Cat');
  const dan = await signUp(two, 'Dan');
  const before = await openLiveSocket(two, cat.token, id);
  expect(await joined(watching)).toBe('Cat');

  await before.close();
  const after = await openLiveSocket(one, cat.token, id);
  // Somebody who comes and goes afterwards tells that the grace period is over.
  const other = await openLiveSocket(two, dan.token, id);
  expect(await joined(watching)).toBe('Dan');
  await other.close();
  expect(await left(watching)).toBe('Dan');
  expect(await onlineCount(two, owner.token, id)).toBe(2);
  await after.close();
  expect(await left(watching)).toBe('Cat');
});

it('shows a node that starts who is online, and forgets those of one that stops', async () => {
  const { id, watching } = await watchRoom('start and stop');
  const three = await startServer({ ...nodes.env });
  const eve = await signUp(three, 'Eve');
  const socket = await openLiveSocket(three, eve.token, id);
  const online = socket.frames[0]!['online'] as Frame[];
  expect(online.map((user) => user['name'] as string).toSorted()).toEqual([
    'Eve',
    'start and stop owner',
  ]);
  expect(await joined(watching)).toBe('Eve');
  await three.stop();
  expect(await left(watching)).toBe('Eve');
});

it('counts a member who was removed and comes back on the same node', async () => {
  const { one, two, id, owner, watching } = await watchRoom('kick');
  const fay = await signUp(two, 'Fay');
  const before = await openLiveSocket(two, fay.token, id);
  expect(await joined(watching)).toBe('Fay');
  const path = `/rooms/${id}/users/${fay.user.id}`;
  expect((await call(one, 'DELETE', path, { token: owner.token })).status).toBe(204);
  expect((await before.closed).code).toBe(4003);
  expect(await left(watching)).toBe('Fay');

  const after = await openLiveSocket(two, fay.token, id);
  expect(await joined(watching)).toBe('Fay');
  expect(await onlineCount(one, owner.token, id)).toBe(2);
  await after.close();
  expect(await left(watching)).toBe('Fay');
});
