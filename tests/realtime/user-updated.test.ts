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
import { peopleOn } from '../support/people.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();

const { unique, person, room, join, liveSocket, liveStream } = peopleOn(server);

const changeMe = async ({ token }: Account, body: object, at: At = server) =>
  (await call<Me>(at, 'PATCH', '/users/me', { token, body })).body;
const openDirect = async ({ token }: Account, { user }: Account) =>
  (await call<Room>(server, 'POST', '/direct', { token, body: { userId: user.id } })).body;

/** The user.updated events of a connection, in order. */
const updatesIn = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type === 'user.updated').map(({ type, user }) => ({ type, user }));

it('is sent once to each connection of the user and of everybody who shares a room, and to no other', async () => {
  const [ana, bo, cy] = [await person('Ana'), await person('Bo'), await person('Cy')];
  const [kitchen, garden] = [await room(ana, 'Kitchen'), await room(ana, 'Garden')];
  const [bosOwn, cysOwn] = [await room(bo, 'Attic'), await room(cy, 'Cellar')];
  for (const { id } of [kitchen, garden]) await join(bo, id);
  const sockets = [
    await liveSocket(ana, kitchen.id),
    await liveSocket(bo, kitchen.id),
    await liveSocket(bo, garden.id),
    // Bo shares a room with Ana, although not this one.
    await liveSocket(bo, bosOwn.id),
  ];
  const streams = [await liveStream(ana), await liveStream(bo)];
  const [cysSocket, cysStream] = [await liveSocket(cy, cysOwn.id), await liveStream(cy)];

  const {
    email: _,
    hasPassword: _p,
    mailSummaries: _m,
    ...renamed
  } = await changeMe(ana, { name: unique('Anna') });
  for (const one of [...sockets, ...streams]) {
    expect(await one.next('user.updated')).toMatchObject({ type: 'user.updated', user: renamed });
  }
  const {
    email: __,
    hasPassword: __p,
    mailSummaries: __m,
    ...recolored
  } = await changeMe(ana, { color: '#012345' });
  expect(recolored).toEqual({ ...renamed, color: '#012345' });
  for (const one of [...sockets, ...streams]) await one.next('user.updated');
  const both = [renamed, recolored].map((user) => ({ type: 'user.updated', user }));
  for (const { frames } of sockets) expect(updatesIn(frames)).toEqual(both);
  for (const { events } of streams) {
    expect(updatesIn(events)).toEqual(both);
    // It is not in the log, so it has no id of its own.
    const ready = events.find(({ type }) => type === 'ready')!;
    const update = events.find(({ type }) => type === 'user.updated')!;
    expect(update['id']).toBe(ready['id']);
  }

  await cysSocket.ask({ type: 'send', text: 'the end' });
  await cysStream.next('message.created');
  expect(updatesIn(cysSocket.frames)).toEqual([]);
  expect(updatesIn(cysStream.events)).toEqual([]);
});

it('is not sent after the last shared room was left, nor if nothing has changed', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const hall = await room(ana, 'Hall');
  await join(bo, hall.id);
  const [anas, bos] = [await liveStream(ana), await liveStream(bo)];
  await changeMe(ana, { name: ana.user.name, color: ana.user.color });
  const password = { password: 'another password', currentPassword: ana.password };
  const { token = '' } = (await changeMe(ana, password)) as Me & { token?: string };
  await call(server, 'POST', `/rooms/${hall.id}/leave`, { token: bo.token });
  await bos.next('member.left');
  const again = await liveStream({ ...ana, token });
  await changeMe({ ...ana, token }, { color: '#012345' });
  await again.next('user.updated');
  await room(bo, 'Loft');
  await bos.next('room.created');
  expect(updatesIn(bos.events)).toEqual([]);
  expect(updatesIn(anas.events)).toEqual([]);
  expect(updatesIn(again.events)).toHaveLength(1);
});

it('is not missed by a socket that is opening: in the end each knows the last name', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const direct = await openDirect(bo, ana);
  for (let round = 1; round <= 12; round += 1) {
    const name = unique(`Ana in round ${round}`);
    const [, bos, anas] = await Promise.all([
      changeMe(ana, { name }),
      openSocket(server, bo.token, direct.id),
      openSocket(server, ana.token, direct.id),
    ]);
    await Promise.all([bos.next('live'), anas.next('live')]);
    const lastOf = (frames: readonly Frame[], inWelcome: (welcome: Frame) => unknown) =>
      updatesIn(frames).at(-1)?.user.name ?? inWelcome(frames[0]!);
    // The direct room has her name, and so has her own welcome.
    await expect.poll(() => lastOf(bos.frames, (welcome) => welcome['room'].name)).toBe(name);
    await expect.poll(() => lastOf(anas.frames, ({ me }) => me.name)).toBe(name);
    // From then on, every event has her new name.
    anas.send({ type: 'typing' });
    const ephemeral = bos.frames.filter(({ type }) => /^(typing|presence)/.test(String(type)));
    const update = bos.frames.findIndex(
      ({ type, user }) => type === 'user.updated' && user.name === name,
    );
    const after = ephemeral.filter((frame) => update >= 0 && bos.frames.indexOf(frame) > update);
    for (const { user } of after) if (user.id === ana.user.id) expect(user.name).toBe(name);
    await Promise.all([bos.close(), anas.close()]);
  }
});

it('is sent after the replay to a socket that resumes', async () => {
  const [ana, bo] = [await person('Ana'), await person('Bo')];
  const direct = await openDirect(ana, bo);
  const first = await liveSocket(ana, direct.id);
  for (let i = 0; i < 600; i += 1) first.send({ type: 'send', text: `straw ${i}`.repeat(100) });
  await first.ask({ type: 'ping' });
  await first.ask({ type: 'send', text: 'the last straw' });
  const back = await openSocket(server, bo.token, direct.id, { after: 0 });
  await changeMe(ana, { name: unique('Ana after') });
  await back.next('user.updated');
  const types = back.frames.map(({ type }) => String(type));
  expect(types.indexOf('user.updated')).toBeGreaterThan(types.indexOf('live'));
  expect(types.filter((type) => type === 'user.updated')).toHaveLength(1);
});

const own = shareServer({ PRESENCE_GRACE_MS: '300' });

it('is sent when somebody becomes an admin or stops being one', async () => {
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
      isBot: false,
    });
  }
});

it('changes the name in a later presence.left', async () => {
  const [cy, bo] = [await signUp(own, 'Cy'), await signUp(own, 'Bo')];
  const kitchen = await createRoom(own, bo.token, 'Kitchen');
  const bos = await openSocket(own, bo.token, kitchen.id);
  const cys = await openSocket(own, cy.token, kitchen.id);
  await bos.next('presence.joined');
  await cys.close();
  await changeMe(cy, { name: 'Cyd' }, own);
  expect((await bos.next('presence.left'))['user']).toMatchObject({ name: 'Cyd' });
});
