import { describe, expect, it } from 'vitest';
import { call, createRoom, openSocket, openStream, signUp, type Frame } from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const GRACE_MS = 400;
const server = shareServer({ PRESENCE_GRACE_MS: String(GRACE_MS) });
let rooms = 0;

/** Two people in a room, of whom Ana is online. */
async function anaInRoom() {
  rooms += 1;
  const [ana, bo] = [await signUp(server, `Ana ${rooms}`), await signUp(server, `Bo ${rooms}`)];
  const room = await createRoom(server, ana.token, `room ${rooms}`);
  const a = await openSocket(server, ana.token, room.id);
  await a.next('live');
  const enter = async () => {
    const socket = await openSocket(server, bo.token, room.id);
    await socket.next('live');
    return socket;
  };
  const onlineCount = async () =>
    (await call<Frame>(server, 'GET', `/rooms/${room.id}`, { token: ana.token })).body[
      'onlineCount'
    ] as number;
  const online = async () => {
    const path = `/rooms/${room.id}/users`;
    const { body } = await call<{ users: Frame[] }>(server, 'GET', path, { token: ana.token });
    return body.users.filter((user) => user['online']).map((user) => String(user['id']));
  };
  return { ana, bo, room, a, enter, onlineCount, online };
}

const presence = (frames: readonly Frame[]) =>
  frames.map((frame) => String(frame['type'])).filter((type) => type.startsWith('presence.'));

/** Resolves after every grace period that has begun: that of a new visitor ends last. */
async function graceIsOver(scene: Awaited<ReturnType<typeof anaInRoom>>): Promise<void> {
  const visitor = await signUp(server, `Visitor ${(rooms += 1)}`);
  const socket = await openSocket(server, visitor.token, scene.room.id);
  await socket.next('live');
  await socket.close();
  for (;;) {
    const left = await scene.a.next('presence.left');
    if (left['user'].id === visitor.user.id) return;
  }
}

describe('presence', () => {
  it('announces who comes, and after the grace period who goes, to the others only', async () => {
    const { ana, bo, room, a, enter, online, onlineCount } = await anaInRoom();
    const b = await enter();
    const { email: _, hasPassword: _p, mailSummaries: _m, ...user } = bo.user;
    const joined = { type: 'presence.joined', roomId: room.id, user };
    expect(await a.next('presence.joined')).toEqual(joined);
    expect(await online()).toEqual([ana.user.id, bo.user.id]);
    expect(await onlineCount()).toBe(2);
    const before = performance.now();
    await b.close();
    expect(await online()).toEqual([ana.user.id, bo.user.id]);
    expect(await a.next('presence.left')).toEqual({ ...joined, type: 'presence.left' });
    expect(performance.now() - before).toBeGreaterThan(GRACE_MS - 20);
    expect(await online()).toEqual([ana.user.id]);
    expect(await onlineCount()).toBe(1);
    expect(presence(b.frames)).toEqual([]);
  });

  it('ignores a second tab and its close', async () => {
    const scene = await anaInRoom();
    const b = await scene.enter();
    await scene.a.next('presence.joined');
    const tab = await scene.enter();
    expect(await scene.onlineCount()).toBe(2);
    await tab.close();
    await graceIsOver(scene);
    expect(presence(scene.a.frames)).toEqual([
      'presence.joined',
      'presence.joined',
      'presence.left',
    ]);
    expect(await b.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    expect(await scene.online()).toContain(scene.bo.user.id);
  });

  it('ignores a reload', async () => {
    const scene = await anaInRoom();
    const b = await scene.enter();
    await b.close();
    await scene.enter();
    await graceIsOver(scene);
    const ofBo = scene.a.frames.filter((frame) => frame['user']?.id === scene.bo.user.id);
    expect(presence(ofBo)).toEqual(['presence.joined']);
    expect(await scene.onlineCount()).toBe(2);
  });

  it('ends at once when a member leaves the room', async () => {
    const { bo, room, a, enter, online } = await anaInRoom();
    await enter();
    await a.next('presence.joined');
    await call(server, 'POST', `/rooms/${room.id}/leave`, { token: bo.token });
    await a.next('member.left');
    await a.next('presence.left');
    expect(await online()).not.toContain(bo.user.id);
  });

  it('is announced to the streams of members too, and depends on sockets only', async () => {
    const { ana, bo, room, a, enter } = await anaInRoom();
    const stream = openStream(server, ana.token);
    await stream.next('live');
    await call(server, 'POST', `/rooms/${room.id}/join`, { token: bo.token });
    const ofBo = openStream(server, bo.token);
    await ofBo.next('live');
    const b = await enter();
    expect((await stream.next('presence.joined'))['user'].id).toBe(bo.user.id);
    await b.close();
    expect((await stream.next('presence.left'))['roomId']).toBe(room.id);
    await a.next('presence.left');
    expect(presence(a.frames)).toEqual(['presence.joined', 'presence.left']);
    expect(presence(stream.events)).toEqual(['presence.joined', 'presence.left']);
    expect(presence(ofBo.events)).toEqual([]);
  });
});
