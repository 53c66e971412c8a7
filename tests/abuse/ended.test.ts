import { expect, it } from 'vitest';
import {
  call,
  createRoom,
  openSocket,
  signIn,
  signUp,
  type Account,
  type TestSocket,
} from '../support/client.ts';
import { openRaw, readAnswer } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { assemble } from '../faults/support/assembled.ts';
import { print, scaled } from '../faults/support/scale.ts';

const FRAMES = scaled(200, 2000);

interface Scene {
  readonly server: TestServer;
  readonly owner: Account;
  /** Who is sent away. */
  readonly guest: Account;
  readonly roomId: string;
}

/** Each ends the guest's socket; what they send from then on must not happen. */
const endings: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a logout': async ({ server, guest }) => call(server, 'POST', '/auth/logout', guest),
  'the end of the session from elsewhere': async ({ server }) => {
    const other = await signIn(server, 'Guest');
    const { body } = await call<{ sessions: { id: string; current: boolean }[] }>(
      server,
      'GET',
      '/auth/sessions',
      other,
    );
    const { id } = body.sessions.find(({ current }) => !current)!;
    return call(server, 'DELETE', `/auth/sessions/${id}`, other);
  },
  'a new password from elsewhere': async ({ server, guest }) =>
    call(server, 'PATCH', '/users/me', {
      token: (await signIn(server, 'Guest')).token,
      body: { password: 'another password', currentPassword: guest.password },
    }),
  'a ban': async ({ server, owner, guest, roomId }) =>
    call(server, 'DELETE', `/rooms/${roomId}/users/${guest.user.id}?ban=true`, owner),
  'a removal': async ({ server, owner, guest, roomId }) =>
    call(server, 'DELETE', `/rooms/${roomId}/users/${guest.user.id}`, owner),
  'their leaving': async ({ server, guest, roomId }) =>
    call(server, 'POST', `/rooms/${roomId}/leave`, { token: guest.token }),
};

/** Sends commands of all kinds, and does not read that the server has closed the socket. */
function goOnWriting(socket: TestSocket): Promise<unknown> {
  for (let i = 0; i < FRAMES; i += 1) {
    socket.ws.send(JSON.stringify({ type: 'send', text: `too late ${i}` }));
    socket.ws.send(JSON.stringify({ type: 'typing' }));
    socket.ws.send(JSON.stringify({ type: 'react', seq: 4, emoji: '👍' }));
  }
  // Now it reads, and ends its side: after all that it has sent.
  socket.ws.resume();
  return socket.closed;
}

it.each(Object.keys(endings))('takes no command over a socket after %s', async (name) => {
  const server = await startServer();
  const owner = await signUp(server, 'Owner');
  const guest = await signUp(server, 'Guest');
  const { id: roomId } = await createRoom(server, owner.token, 'Kitchen');
  const socket = await openSocket(server, guest.token, roomId);
  await socket.next('live');
  const witness = await openSocket(server, owner.token, roomId);
  await witness.next('live');
  await witness.ask({ type: 'send', text: 'welcome' });

  socket.ws.on('error', () => {});
  socket.ws.pause();
  const { status } = (await endings[name]!({ server, owner, guest, roomId })) as { status: number };
  expect([200, 204]).toContain(status);
  await goOnWriting(socket);
  await witness.ask({ type: 'send', text: 'good bye' });
  const guests = witness.frames.filter(
    ({ type, actor, user }) =>
      /^(message|reaction|typing)/.test(String(type)) &&
      (actor?.id === guest.user.id || user?.id === guest.user.id),
  );
  expect(guests).toEqual([]);
  print(`${3 * FRAMES} frames after ${name}: none did anything`);
});

it('writes nothing of a request whose body comes after its session has ended', async () => {
  const server = await startServer();
  const ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  const room = await createRoom(server, bo.token, 'Kitchen');
  const body = JSON.stringify({ text: 'too late' });
  const raw = await openRaw(server);
  raw.write(
    `POST /rooms/${room.id}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ana.token}\r\n` +
      `Content-Type: application/json\r\nConnection: close\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  // Until its token was looked at; requests of one address are looked at in order.
  for (let i = 0; i < 3; i += 1) await call(server, 'GET', '/users/me', ana);
  expect((await call(server, 'POST', '/auth/logout', { token: ana.token })).status).toBe(204);
  raw.write(body.slice(5));
  expectRefusal(await readAnswer(raw), 'session_revoked');
  const page = await call<{ messages: object[] }>(server, 'GET', `/rooms/${room.id}/messages`, bo);
  expect(page.body.messages).toEqual([]);
});

it('takes over no token whose session ends at that moment', async () => {
  let hold: Promise<void> | null = null;
  const server = await assemble({
    aroundQuery: async (step) => {
      if (step === 'before' || !hold) return;
      const held = hold;
      hold = null;
      await held;
    },
  });
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const other = await signIn(server, 'Ana');
  const socket = await openSocket(server, ana.token, room.id);
  await socket.next('live');
  // The session is found, and the answer is on its way when it ends.
  let letGo = () => {};
  hold = new Promise((resolve) => (letGo = resolve));
  socket.send({ type: 'auth', token: other.token, ref: 'auth' });
  await expect.poll(() => hold === null).toBe(true);
  expect((await call(server, 'POST', '/auth/logout', { token: other.token })).status).toBe(204);
  letGo();
  expect(await socket.next('error')).toMatchObject({ ref: 'auth', code: 'session_revoked' });
  // It goes on by the session that it had.
  expect((await socket.ask({ type: 'ping' }))['type']).toBe('pong');
  await call(server, 'POST', '/auth/logout', { token: ana.token });
  expect(await socket.closed).toMatchObject({ code: 4002 });
});

it('ends a session at once on a full disk, and on disk as soon as there is room', async () => {
  const mutations = new URL('../faults/support/full-disk-mutations.ts', import.meta.url);
  const server = await assemble({ mutations });
  const fill = async (full: boolean) => server.store.mutate('fillUp' as never, full as never);
  const ana = await signUp(server, 'Ana');
  const other = await signIn(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const socket = await openSocket(server, ana.token, room.id);
  await socket.next('live');
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

it('lets no login in that proved to know the password before the new one', async () => {
  let hold: Promise<void> | null = null;
  let isHeld = false;
  const server = await assemble({
    aroundQuery: async (step) => {
      if (step === 'before' || !hold) return;
      const held = hold;
      hold = null;
      isHeld = true;
      await held;
    },
  });
  const ana = await signUp(server, 'Ana');
  let letGo = () => {};
  hold = new Promise((resolve) => (letGo = resolve));
  // The thief's login has read the account, and goes on once the password is another one.
  const login = call(server, 'POST', '/auth/login', {
    body: { email: ana.email, password: ana.password },
  });
  await expect.poll(() => isHeld).toBe(true);
  const change = { password: 'another password', currentPassword: ana.password };
  const changed = await call<{ token: string }>(server, 'PATCH', '/users/me', {
    token: ana.token,
    body: change,
  });
  expect(changed.status).toBe(200);
  letGo();
  expect((await login).status).toBe(401);
  const { body } = await call<{ sessions: object[] }>(
    server,
    'GET',
    '/auth/sessions',
    changed.body,
  );
  expect(body.sessions).toHaveLength(1);
});
