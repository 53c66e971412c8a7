import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Me, Message, Room, Session } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  generalRoom,
  openSocket,
  signUp,
  type Account,
  type At,
} from '../support/client.ts';
import { openRaw, readAnswer } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const server = shareServer();

it.each(['/health', '/ready'])('answers %s to everybody', async (path) => {
  const { status, body } = await call<unknown>(server, 'GET', path);
  expect([status, body]).toEqual([200, { status: 'ok' }]);
});

/** A connection that was used before, and on which a request is now half here. */
async function begin(at: At, head: string, body = '') {
  const raw = await openRaw(at);
  raw.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(raw, 'data');
  const [now, later] = body === '' ? [head, '\r\n'] : [`${head}\r\n`, body];
  raw.write(now);
  return () => {
    raw.write(later);
    return readAnswer(raw);
  };
}

describe('while it stops', () => {
  it('finishes what it has begun, refuses what comes then, and says that it is not ready', async () => {
    const stopping = await startServer();
    const { email, password, token } = await signUp(stopping, 'Ana');
    const room = await generalRoom(stopping, token);
    const socket = await openSocket(stopping, token, room.id);
    const body = JSON.stringify({ email, password });
    const get = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`;
    const rooms = await begin(stopping, get('/rooms'));
    const upgrade = await begin(
      stopping,
      `GET /ws/chat/${room.id}?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
    );
    const ready = await begin(stopping, get('/ready'));
    const health = await begin(stopping, get('/health'));
    const heard = new Promise<void>((resolve) => {
      stopping.app.server.on('request', ({ method }) => method === 'POST' && resolve());
    });
    const login = await begin(
      stopping,
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${body.length}\r\n`,
      body,
    );
    await heard;
    const stopped = stopping.stop();
    expect((await socket.closed).code).toBe(1012);

    expectRefusal(await rooms(), 'shutting_down');
    expectRefusal(await upgrade(), 'shutting_down');
    expectRefusal(await ready(), 'shutting_down');
    expect(await health()).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await login()).toMatchObject({ status: 200, body: { token: expect.any(String) } });
    await stopped;
  });

  it('waits for nobody who is connected and has asked for nothing', async () => {
    const stopping = await startServer();
    const raw = await openRaw(stopping);
    await call(stopping, 'GET', '/health');
    const closed = once(raw, 'close');
    raw.on('error', () => {}).resume();
    await stopping.stop();
    await closed;
  });
});

describe('after a restart', () => {
  it('everything is as it was: accounts, tokens, rooms, history and what may be repeated', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const bo = await signUp(first, 'Bo');
    const room = await createRoom(first, ana.token, 'Kitchen');
    const path = `/rooms/${room.id}/messages`;
    const message = { text: 'Grüße 👋', clientMsgId: 'first' };
    const send = { token: bo.token, body: message };
    const { body: sent } = await call<Message>(first, 'POST', path, send);
    const over = await signIn(first, bo);
    await call(first, 'POST', '/auth/logout', over);
    const { body: ended } = await call<Session>(first, 'POST', '/auth/refresh', ana);
    const seen = await lookAround(first, ana, room.id);
    await first.stop();

    const second = await startServer({ DATA_DIR: first.dataDir });
    expect(await lookAround(second, ana, room.id)).toEqual(seen);
    expect((await call<Me>(second, 'GET', '/users/me', bo)).body).toEqual(bo.user);
    expect((await call(second, 'GET', '/users/me', ended)).status).toBe(200);
    expectRefusal(await call(second, 'GET', '/users/me', over), 'session_revoked');
    expect((await signIn(second, bo)).user).toEqual(bo.user);
    const repeated = await call<Message>(second, 'POST', path, send);
    expect([repeated.status, repeated.body]).toEqual([200, sent]);
    const next = await call<Message>(second, 'POST', path, { ...send, body: { text: 'next' } });
    expect(next.body.seq).toBe(sent.seq + 1);
    const taken = { email: 'new@example.org', password: 'correct horse', name: 'ANA' };
    expectRefusal(await call(second, 'POST', '/auth/register', { body: taken }), 'name_taken');
    expect((await signUp(second, 'Cyd')).user.isAdmin).toBe(false);
  });
});

async function signIn(at: At, { email, password }: Account): Promise<Session> {
  const { body } = await call<Session>(at, 'POST', '/auth/login', {
    body: { email, password },
  });
  return body;
}

async function lookAround(at: At, { token }: Account, roomId: string) {
  const paths = ['/users/me', '/rooms', '/rooms?scope=mine'];
  const ofRoom = ['', '/users', '/messages'].map((path) => `/rooms/${roomId}${path}`);
  const answers = [];
  for (const path of [...paths, ...ofRoom]) {
    const { status, body } = await call<Room>(at, 'GET', path, { token });
    answers.push({ path, status, body });
  }
  return answers;
}

const secretOf = (folder: string) => join(folder, 'jwt-secret');

describe('the key that signs tokens', () => {
  it('is made for the server’s own user alone', () => {
    const file = secretOf(server.dataDir);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim().length).toBeGreaterThanOrEqual(43);
    expect(statSync(server.dataDir).mode & 0o077).toBe(0);
  });

  it.each([
    ['empty', ''],
    ['31 bytes long', 'x'.repeat(31)],
    ['white space', ' '.repeat(64)],
    ['one letter', 'x'.repeat(64)],
    ['a sentence', 'this is the secret of our chat server'],
  ])('stops the start where its file is %s', async (_, content) => {
    const folder = temporaryFolder();
    writeFileSync(secretOf(folder), content);
    chmodSync(secretOf(folder), 0o600);
    await expect(startServer({ DATA_DIR: folder })).rejects.toThrow(/jwt-secret/);
    expect(readFileSync(secretOf(folder), 'utf8')).toBe(content);
  });

  it('may come from JWT_SECRET; then none is written, and another makes old tokens void', async () => {
    const folder = temporaryFolder();
    const JWT_SECRET = randomBytes(32).toString('base64');
    const first = await startServer({ DATA_DIR: folder, JWT_SECRET });
    const { token } = await signUp(first, 'Ana');
    expect(() => statSync(secretOf(folder))).toThrow('ENOENT');
    await first.stop();
    const other = await startServer({ DATA_DIR: folder, JWT_SECRET: `${JWT_SECRET}!` });
    expectRefusal(await call(other, 'GET', '/users/me', { token }), 'token_invalid');
  });
});
