import { expect, it } from 'vitest';
import {
  call,
  createRoom,
  login,
  openLiveSocket,
  signIn,
  signUp,
  type Account,
  type TestSocket,
} from '../support/client.ts';
import { bearerHeader, openRaw, readAnswer, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, type TestServer } from '../support/server.ts';
import { assemble, type Assembled } from '../faults/support/assembled.ts';
import { print, scaled } from '../faults/support/scale.ts';

const FRAMES = scaled(200, 2000);

interface Scene {
  readonly server: TestServer;
  readonly owner: Account;
  /** The user whose socket ends. */
  readonly guest: Account;
  readonly roomId: string;
}

/** Each ends the guest's socket; commands sent after that must have no effect. */
const endings: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a logout': async ({ server, guest }) => call(server, 'POST', '/auth/logout', guest),
  'the end of its session from another one': async ({ server, guest }) => {
    const other = await signIn(server, guest.user.name);
    const { body } = await call<{ sessions: { id: string; current: boolean }[] }>(
      server,
      'GET',
      '/auth/sessions',
      other,
    );
    const { id } = body.sessions.find(({ current }) => !current)!;
    return call(server, 'DELETE', `/auth/sessions/${id}`, other);
  },
  'a new password from another session': async ({ server, guest }) =>
    call(server, 'PATCH', '/users/me', {
      token: (await signIn(server, guest.user.name)).token,
      body: { password: 'another password', currentPassword: guest.password },
    }),
  'a ban': async ({ server, owner, guest, roomId }) =>
    call(server, 'DELETE', `/rooms/${roomId}/users/${guest.user.id}?ban=true`, owner),
  'a removal': async ({ server, owner, guest, roomId }) =>
    call(server, 'DELETE', `/rooms/${roomId}/users/${guest.user.id}`, owner),
  'a leave': async ({ server, guest, roomId }) =>
    call(server, 'POST', `/rooms/${roomId}/leave`, { token: guest.token }),
};

/** Sends commands of all kinds before it reads that the server closed the socket. */
function keepWriting(socket: TestSocket): Promise<unknown> {
  for (let i = 0; i < FRAMES; i += 1) {
    socket.ws.send(JSON.stringify({ type: 'send', text: `too late ${i}` }));
    socket.ws.send(JSON.stringify({ type: 'typing' }));
    socket.ws.send(JSON.stringify({ type: 'react', seq: 4, emoji: '👍' }));
  }
  // Now it reads the close, and closes its own side after everything it sent.
  socket.ws.resume();
  return socket.closed;
}

/**
 * A server that can hold the result of one query. `hold` holds the next one, `isHolding` returns whether one is
 * held, and `release` lets it continue.
 */
async function holdingServer(): Promise<{
  server: Assembled;
  hold: () => void;
  isHolding: () => boolean;
  release: () => void;
}> {
  let held: Promise<void> | null = null;
  let isHolding = false;
  let release = () => {};
  const server = await assemble({
    aroundQuery: async (step) => {
      if (step === 'before' || !held || isHolding) return;
      isHolding = true;
      await held;
      held = null;
    },
  });
  return {
    server,
    hold: () => {
      held = new Promise((resolve) => (release = resolve));
    },
    isHolding: () => isHolding,
    release: () => release(),
  };
}

const shared = shareServer();
const numbered = Object.keys(endings).map((name, n) => [name, n] as const);

it.each(numbered)('ignores commands of a socket after %s', async (name, n) => {
  const owner = await signUp(shared, `Owner ${n}`);
  const guest = await signUp(shared, `Guest ${n}`);
  const { id: roomId } = await createRoom(shared, owner.token, `Kitchen ${n}`);
  const socket = await openLiveSocket(shared, guest.token, roomId);
  const witness = await openLiveSocket(shared, owner.token, roomId);
  await witness.ask({ type: 'send', text: 'welcome' });

  socket.ws.on('error', () => {});
  socket.ws.pause();
  const scene = { server: shared, owner, guest, roomId };
  const { status } = (await endings[name]!(scene)) as { status: number };
  expect([200, 204]).toContain(status);
  await keepWriting(socket);
  await witness.ask({ type: 'send', text: 'good bye' });
  const guests = witness.frames.filter(
    ({ type, actor, user }) =>
      /^(message|reaction|typing)/.test(String(type)) &&
      (actor?.id === guest.user.id || user?.id === guest.user.id),
  );
  expect(guests).toEqual([]);
  print(`${3 * FRAMES} frames after ${name}: none had an effect`);
});

it('rejects a request whose body arrives after its session ended', async () => {
  const ana = await signUp(shared, 'Ana');
  const bo = await signUp(shared, 'Bo');
  const room = await createRoom(shared, bo.token, 'Kitchen');
  const body = JSON.stringify({ text: 'too late' });
  const raw = await openRaw(shared);
  const headers = [
    bearerHeader(ana.token),
    'Content-Type: application/json',
    'Connection: close',
    `Content-Length: ${body.length}`,
  ];
  raw.write(requestText(`POST /rooms/${room.id}/messages HTTP/1.1`, headers, body.slice(0, 5)));
  // By then its token is checked: the server checks requests of one address in order.
  for (let i = 0; i < 3; i += 1) await call(shared, 'GET', '/users/me', ana);
  expect((await call(shared, 'POST', '/auth/logout', { token: ana.token })).status).toBe(204);
  raw.write(body.slice(5));
  expectRefusal(await readAnswer(raw), 'session_revoked');
  const page = await call<{ messages: object[] }>(shared, 'GET', `/rooms/${room.id}/messages`, bo);
  expect(page.body.messages).toEqual([]);
});

it('rejects an auth command whose session ends while it is checked', async () => {
  const { server, hold, isHolding, release } = await holdingServer();
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const other = await signIn(server, 'Ana');
  const socket = await openLiveSocket(server, ana.token, room.id);
  // The query found the session, and its result is on its way when the session ends.
  hold();
  socket.send({ type: 'auth', token: other.token, ref: 'auth' });
  await expect.poll(isHolding).toBe(true);
  expect((await call(server, 'POST', '/auth/logout', { token: other.token })).status).toBe(204);
  release();
  expect(await socket.next('error')).toMatchObject({ ref: 'auth', code: 'session_revoked' });
  // The socket keeps its first session.
  expect((await socket.ask({ type: 'ping' }))['type']).toBe('pong');
  await call(server, 'POST', '/auth/logout', { token: ana.token });
  expect(await socket.closed).toMatchObject({ code: 4002 });
});

it('ends a session at once while the disk is full, and deletes it once there is room', async () => {
  const mutations = new URL('../faults/support/full-disk-mutations.ts', import.meta.url);
  const server = await assemble({ mutations });
  const fill = async (full: boolean) => server.store.mutate('fillUp' as never, full as never);
  const ana = await signUp(server, 'Ana');
  const other = await signIn(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const socket = await openLiveSocket(server, ana.token, room.id);
  const sessions = async () => {
    const list = await server.store.db.selectFrom('sessions').select('id').execute();
    return list.length;
  };
  await fill(true);
  expect((await call(server, 'POST', '/auth/logout', { token: ana.token })).status).toBe(204);
  expect((await socket.closed).code).toBe(4002);
  for (const path of ['/users/me', '/rooms', '/auth/sessions', '/notifications']) {
    const { status, body } = await call<{ code: string }>(server, 'GET', path, ana);
    expect([path, status, body.code]).toEqual([path, 401, 'session_revoked']);
  }
  expect((await call(server, 'GET', '/users/me', other)).status).toBe(200);
  expect(await sessions()).toBe(2);
  await fill(false);
  await expect.poll(sessions, { timeout: 10_000 }).toBe(1);
  expect((await call(server, 'GET', '/users/me', ana)).status).toBe(401);
});

it('rejects a login with the old password that is under way while the password changes', async () => {
  const { server, hold, isHolding, release } = await holdingServer();
  const ana = await signUp(server, 'Ana');
  hold();
  // The thief's login has read the account, and continues once the password has changed.
  const stolen = login(server, { email: ana.email, password: ana.password });
  await expect.poll(isHolding).toBe(true);
  const change = { password: 'another password', currentPassword: ana.password };
  const changed = await call<{ token: string }>(server, 'PATCH', '/users/me', {
    token: ana.token,
    body: change,
  });
  expect(changed.status).toBe(200);
  release();
  expect((await stolen).status).toBe(401);
  const { body } = await call<{ sessions: object[] }>(
    server,
    'GET',
    '/auth/sessions',
    changed.body,
  );
  expect(body.sessions).toHaveLength(1);
});
