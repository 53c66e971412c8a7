import { expect, it } from 'vitest';
import { userOf } from '../../src/store/mapping/accounts.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openStream,
  signIn,
  signUp,
  signUpAdmin,
} from '../support/client.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2);

/** Two members of a room, each with a socket on a node of their own. */
async function twoIn(name: string) {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const ada = await signUp(one, `Ada of ${name}`);
  const bob = await signUp(two, `Bob of ${name}`);
  const { id } = await createRoom(one, ada.token, name);
  const adas = await openLiveSocket(one, ada.token, id);
  const bobs = await openLiveSocket(two, bob.token, id);
  return { one, two, ada, bob, id, adas, bobs };
}

it('tells other nodes who is typing', async () => {
  const { ada, adas, bobs, id } = await twoIn('typing');
  adas.send({ type: 'typing' });
  const user = userOf(ada.user);
  expect(await bobs.next('typing')).toEqual({ type: 'typing', roomId: id, user });
});

it('tells somebody who is mentioned on another node', async () => {
  const { two, bob, adas, id } = await twoIn('mentions');
  const stream = openStream(two, bob.token);
  await stream.next('live');
  const { seq } = await adas.ask({ type: 'send', text: `@${bob.user.name} look` });
  expect(await stream.next('mention')).toMatchObject({ roomId: id, message: { seq } });
});

it("moves a user's read marker on their connections to other nodes", async () => {
  const { two, ada, adas, id } = await twoIn('read');
  const stream = openStream(two, ada.token);
  await stream.next('live');
  const { seq } = await adas.ask({ type: 'send', text: 'hello' });
  const socket = await openLiveSocket(two, ada.token, id);
  await adas.ask({ type: 'read', seq: seq as number });
  const read = { type: 'read', roomId: id, lastReadSeq: seq as number, unreadCount: 0 };
  expect(await socket.next('read')).toEqual(read);
  expect(await stream.next('read')).toMatchObject(read);
});

it('announces a new name and colour on other nodes, and uses them there', async () => {
  const { one, two, ada, adas, bobs } = await twoIn('names');
  const change = { token: ada.token, body: { name: 'Ada the New', color: '#112233' } };
  expect((await call(one, 'PATCH', '/users/me', change)).status).toBe(200);
  const { user } = await bobs.next('user.updated');
  expect(user).toMatchObject({ name: 'Ada the New', color: '#112233' });
  await adas.next('user.updated');
  const third = await openLiveSocket(two, ada.token, (await createRoom(two, ada.token, 'n2')).id);
  expect(third.frames[0]!['me']).toMatchObject({ name: 'Ada the New' });
});

it('keeps the last of many names that are set on two nodes at once', async () => {
  const { one, two, ada, adas, bobs } = await twoIn('races');
  const renamed = Array.from({ length: 6 }, (_, i) =>
    call(i % 2 === 0 ? one : two, 'PATCH', '/users/me', {
      token: ada.token,
      body: { name: `Racing ${i}` },
    }),
  );
  await Promise.all(renamed);
  const { body } = await call<{ name: string }>(one, 'GET', '/users/me', { token: ada.token });
  for (const socket of [adas, bobs]) {
    for (let last = ''; last !== body.name;) {
      ({
        user: { name: last },
      } = await socket.next('user.updated'));
    }
  }
  // What both nodes know of the user afterwards is what later frames carry.
  adas.send({ type: 'typing' });
  expect((await bobs.next('typing'))['user']).toMatchObject({ name: body.name });
});

it('closes the connections of a session on all nodes when it ends', async () => {
  const { one, two, ada, id } = await twoIn('sessions');
  const other = await signIn(two, 'Ada of sessions');
  const socket = await openLiveSocket(two, ada.token, id);
  const kept = await openLiveSocket(two, other.token, id);
  expect((await call(one, 'POST', '/auth/logout', { token: ada.token })).status).toBe(204);
  expect((await socket.closed).code).toBe(4002);
  expect((await call(two, 'GET', '/users/me', { token: ada.token })).status).toBe(401);
  expect((await kept.ask({ type: 'ping' }))['type']).toBe('pong');
});

it('closes the sockets of a member who is removed or banned on another node', async () => {
  const { one, two, ada, bob, bobs, id } = await twoIn('kicks');
  const path = `/rooms/${id}/users/${bob.user.id}`;
  expect((await call(one, 'DELETE', path, { token: ada.token })).status).toBe(204);
  expect((await bobs.closed).code).toBe(4003);
  const again = await openLiveSocket(two, bob.token, id);
  const ban = await call(one, 'DELETE', `${path}?ban=true`, { token: ada.token });
  expect(ban.status).toBe(204);
  expect((await again.closed).code).toBe(4003);
  await expect(openLiveSocket(two, bob.token, id)).rejects.toThrow('403');
});

it('closes the sockets of a room that is deleted on another node', async () => {
  const { one, ada, bobs, id } = await twoIn('deleted');
  expect((await call(one, 'DELETE', `/rooms/${id}`, { token: ada.token })).status).toBe(204);
  expect((await bobs.closed).code).toBe(4004);
});

it('signs a disabled account out on all nodes', async () => {
  const { one, bob, bobs } = await twoIn('disabled');
  const admin = await signUpAdmin(one, 'Admin');
  const body = { isDisabled: true };
  const path = `/admin/users/${bob.user.id}`;
  expect((await call(one, 'PATCH', path, { token: admin.token, body })).status).toBe(200);
  expect((await bobs.closed).code).toBe(4002);
});
