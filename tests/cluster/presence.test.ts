import { expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  generalRoom,
  openLiveSocket,
  signUp,
  type Frame,
  type TestSocket,
} from '../support/client.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startNodes } from './support/nodes.ts';

const joined = async (socket: TestSocket) =>
  ((await socket.next('presence.joined'))['user'] as Frame)['name'] as string;
const left = async (socket: TestSocket) =>
  ((await socket.next('presence.left'))['user'] as Frame)['name'] as string;

async function onlineCount(node: TestServer, token: string, roomId: string): Promise<number> {
  return (await call<Room>(node, 'GET', `/rooms/${roomId}`, { token })).body.onlineCount;
}

it('shows who is online on another node, from the first socket to the last', async () => {
  const [one, two] = await startNodes(2);
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const { id } = await generalRoom(one, ada.token);
  const watching = await openLiveSocket(one, ada.token, id);

  const first = await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');
  expect(await onlineCount(one, ada.token, id)).toBe(2);
  expect(await onlineCount(two, ada.token, id)).toBe(2);
  expect((first.frames[0]!['online'] as Frame[]).map((user) => user['name']).toSorted()).toEqual([
    'Ada',
    'Bob',
  ]);

  const second = await openLiveSocket(two, bob.token, id);
  await first.close();
  await second.close();
  expect(await left(watching)).toBe('Bob');
  expect(await onlineCount(one, ada.token, id)).toBe(1);
  expect(watching.frames.filter(({ type }) => String(type).startsWith('presence'))).toHaveLength(2);
});

it('keeps a user online who moves to another node within the grace period', async () => {
  const [one, two] = await startNodes(2, { PRESENCE_GRACE_MS: '400' });
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const cat = await signUp(two, 'Cat');
  const { id } = await generalRoom(one, ada.token);
  const watching = await openLiveSocket(one, ada.token, id);
  const before = await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');

  await before.close();
  const after = await openLiveSocket(one, bob.token, id);
  // Somebody who comes and goes afterwards tells that the grace period is over.
  const other = await openLiveSocket(two, cat.token, id);
  expect(await joined(watching)).toBe('Cat');
  await other.close();
  expect(await left(watching)).toBe('Cat');
  expect(await onlineCount(two, ada.token, id)).toBe(2);
  await after.close();
  expect(await left(watching)).toBe('Bob');
});

it('shows a node that starts who is online on the others, and forgets those of one that stops', async () => {
  const [one, two] = await startNodes(2);
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const { id } = await generalRoom(one, ada.token);
  const watching = await openLiveSocket(one, ada.token, id);
  await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');
  await two.stop();
  expect(await left(watching)).toBe('Bob');
  await until(async () => (await onlineCount(one, ada.token, id)) === 1);
});

it('counts a member who was removed and comes back on the same node', async () => {
  const [one, two] = await startNodes(2);
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const room = await call<Room>(one, 'POST', '/rooms', { token: ada.token, body: { name: 'den' } });
  const { id } = room.body;
  const watching = await openLiveSocket(one, ada.token, id);
  const before = await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');
  await call(one, 'DELETE', `/rooms/${id}/members/${bob.user.id}`, { token: ada.token });
  expect((await before.closed).code).toBe(4003);
  expect(await left(watching)).toBe('Bob');

  const after = await openLiveSocket(two, bob.token, id);
  expect(await joined(watching)).toBe('Bob');
  expect(await onlineCount(one, ada.token, id)).toBe(2);
  await after.close();
  expect(await left(watching)).toBe('Bob');
});
