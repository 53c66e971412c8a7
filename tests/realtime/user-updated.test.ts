import { expect, it } from 'vitest';
import type { Me, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  signUp,
  signUpAdmin,
  type Account,
  type At,
  type Frame,
} from '../support/client.ts';
import { shareServer, startServer } from '../support/server.ts';

const server = shareServer();

let people = 0;
const person = (name: string) => signUp(server, `${name} ${(people += 1)}`);

const changeMe = async ({ token }: Account, body: object, at: At = server) =>
  (await call<Me>(at, 'PATCH', '/users/me', { token, body })).body;
const join = ({ token }: Account, roomId: string) =>
  call(server, 'POST', `/rooms/${roomId}/join`, { token });
const openDirect = async ({ token }: Account, { user }: Account) =>
  (await call<Room>(server, 'POST', '/direct', { token, body: { userId: user.id } })).body;

/** What a connection was told of changed users, in order. */
const updatesIn = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type === 'user.updated').map(({ type, user }) => ({ type, user }));

async function liveSocket(who: Account, roomId: string) {
  const socket = await openSocket(server, who.token, roomId);
  await socket.next('live');
  return socket;
}
async function liveStream(who: Account) {
  const stream = openStream(server, who.token);
  await stream.next('live');
  return stream;
}

it('tells each connection of whoever shares a room, and one’s own, once, and nobody else’s', async () => {
  const [ana, bo, cy] = [await person('Ana'), await person('Bo'), await person('Cy')];
  const [kitchen, garden] = [
    await createRoom(server, ana.token, `Kitchen of ${ana.user.name}`),
    await createRoom(server, ana.token, `Garden of ${ana.user.name}`),
  ];
  const [bosOwn, cysOwn] = [
    await createRoom(server, bo.token, `Attic of ${bo.user.name}`),
    await createRoom(server, cy.token, `Cellar of ${cy.user.name}`),
  ];
  for (const { id } of [kitchen, garden]) await join(bo, id);
  const told = [
    await liveSocket(ana, kitchen.id),
    await liveSocket(bo, kitchen.id),
    await liveSocket(bo, garden.id),
    // Its user shares a room, if not this one.
    await liveSocket(bo, bosOwn.id),
  ];
  const streams = [await liveStream(ana), await liveStream(bo)];
  const [cysSocket, cysStream] = [await liveSocket(cy, cysOwn.id), await liveStream(cy)];

  const { email: _, ...renamed } = await changeMe(ana, { name: `Anna ${people}` });
  for (const one of [...told, ...streams]) {
    expect(await one.next('user.updated')).toMatchObject({ type: 'user.updated', user: renamed });
  }
  const { email: __, ...recolored } = await changeMe(ana, { color: '#012345' });
  expect(recolored).toEqual({ ...renamed, color: '#012345' });
  for (const one of [...told, ...streams]) await one.next('user.updated');
  const both = [renamed, recolored].map((user) => ({ type: 'user.updated', user }));
  for (const { frames } of told) expect(updatesIn(frames)).toEqual(both);
  for (const { events } of streams) {
    expect(updatesIn(events)).toEqual(both);
    // It has no place in the log, and so no id of its own.
    const ready = events.find(({ type }) => type === 'ready')!;
    const update = events.find(({ type }) => type === 'user.updated')!;
    expect(update['id']).toBe(ready['id']);
  }

  await cysSocket.ask({ type: 'send', text: 'the end' });
  await cysStream.next('message.created');
  expect(updatesIn(cysSocket.frames)).toEqual([]);
  expect(updatesIn(cysStream.events)).toEqual([]);
});

it('tells nobody with whom no room is shared any more, nor of what stays as it was', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const room = await createRoom(server, ana.token, `Hall of ${ana.user.name}`);
  await join(bo, room.id);
  const [anas, bos] = [await liveStream(ana), await liveStream(bo)];
  await changeMe(ana, { name: ana.user.name, color: ana.user.color });
  const password = { password: 'another password', currentPassword: ana.password };
  const { token = '' } = (await changeMe(ana, password)) as Me & { token?: string };
  await call(server, 'POST', `/rooms/${room.id}/leave`, { token: bo.token });
  await bos.next('member.left');
  const again = await liveStream({ ...ana, token });
  await changeMe({ ...ana, token }, { color: '#012345' });
  await again.next('user.updated');
  const own = await createRoom(server, bo.token, `Loft of ${bo.user.name}`);
  await bos.next('room.created');
  expect(own.name).toBe(`Loft of ${bo.user.name}`);
  expect(updatesIn(bos.events)).toEqual([]);
  expect(updatesIn(anas.events)).toEqual([]);
  expect(updatesIn(again.events)).toHaveLength(1);
});

it('is missed by nobody who is just opening a socket: in the end each knows the last name', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const direct = await openDirect(bo, ana);
  for (let round = 1; round <= 30; round += 1) {
    const name = `Ana in round ${round} of ${people}`;
    const [, bos, anas] = await Promise.all([
      changeMe(ana, { name }),
      openSocket(server, bo.token, direct.id),
      openSocket(server, ana.token, direct.id),
    ]);
    await Promise.all([bos.next('live'), anas.next('live')]);
    const lastOf = (frames: readonly Frame[], inWelcome: (welcome: Frame) => unknown) =>
      updatesIn(frames).at(-1)?.user.name ?? inWelcome(frames[0]!);
    // The room is named after her, and she is welcomed by her name.
    await expect.poll(() => lastOf(bos.frames, ({ room }) => room.name)).toBe(name);
    await expect.poll(() => lastOf(anas.frames, ({ me }) => me.name)).toBe(name);
    // Whatever says who she is says it the new way from then on.
    anas.send({ type: 'typing' });
    const said = bos.frames.filter(({ type }) => /^(typing|presence)/.test(String(type)));
    const update = bos.frames.findIndex(
      ({ type, user }) => type === 'user.updated' && user.name === name,
    );
    const after = said.filter((frame) => update >= 0 && bos.frames.indexOf(frame) > update);
    for (const { user } of after) if (user.id === ana.user.id) expect(user.name).toBe(name);
    await Promise.all([bos.close(), anas.close()]);
  }
});

it('is told after the replay to whoever is coming back', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const direct = await openDirect(ana, bo);
  const first = await liveSocket(ana, direct.id);
  for (let i = 0; i < 600; i += 1) first.send({ type: 'send', text: `straw ${i}`.repeat(100) });
  await first.ask({ type: 'ping' });
  await first.ask({ type: 'send', text: 'the last straw' });
  const back = await openSocket(server, bo.token, direct.id, { after: 0 });
  await changeMe(ana, { name: `Ana after ${people}` });
  await back.next('user.updated');
  const types = back.frames.map(({ type }) => String(type));
  expect(types.indexOf('user.updated')).toBeGreaterThan(types.indexOf('live'));
  expect(types.filter((type) => type === 'user.updated')).toHaveLength(1);
});

it('says that somebody is an admin, or no longer', async () => {
  const own = await startServer();
  const [admin, ana] = [await signUpAdmin(own, 'Admin'), await signUp(own, 'Ana')];
  const stream = openStream(own, ana.token);
  await stream.next('live');
  for (const isAdmin of [true, false]) {
    await call(own, 'PATCH', `/admin/users/${ana.user.id}`, {
      token: admin.token,
      body: { isAdmin },
    });
    expect((await stream.next('user.updated'))['user']).toEqual({
      id: ana.user.id,
      name: ana.user.name,
      color: ana.user.color,
      createdAt: ana.user.createdAt,
      isAdmin,
    });
  }
});

it('lets nobody leave by an old name', async () => {
  const own = await startServer({ PRESENCE_GRACE_MS: '300' });
  const [ana, bo] = [await signUp(own, 'Ana'), await signUp(own, 'Bo')];
  const room = await createRoom(own, bo.token, 'Kitchen');
  const bos = await openSocket(own, bo.token, room.id);
  const anas = await openSocket(own, ana.token, room.id);
  await bos.next('presence.joined');
  await anas.close();
  await changeMe(ana, { name: 'Anna' }, own);
  expect((await bos.next('presence.left'))['user']).toMatchObject({ name: 'Anna' });
});
