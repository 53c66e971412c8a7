import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Me, Room, Session } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  generalRoom,
  openSocket,
  postMessage,
  signIn,
  signUp,
  type Account,
  type At,
} from '../support/client.ts';
import {
  bearerHeader,
  openRaw,
  readAnswer,
  requestText,
  WEBSOCKET_UPGRADE,
} from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const server = shareServer();

it.each(['/health', '/ready'])('serves %s without a token', async (path) => {
  const { status, body } = await call<unknown>(server, 'GET', path);
  expect([status, body]).toEqual([200, { status: 'ok' }]);
});

/**
 * Sends a request on a connection that was used before, but for its body or its last line break. The returned
 * function sends the rest and reads the response.
 */
async function begin(at: At, line: string, headers: readonly string[], body = '') {
  const raw = await openRaw(at);
  raw.write(requestText('GET /health HTTP/1.1'));
  await once(raw, 'data');
  const text = requestText(line, headers, body);
  const length = text.length - (body === '' ? '\r\n' : body).length;
  raw.write(text.slice(0, length));
  return () => {
    raw.write(text.slice(length));
    return readAnswer(raw);
  };
}

describe('a server that stops', () => {
  it('finishes requests that it has begun, rejects others, is not ready, and does not wait for connections without a request', async () => {
    const stopping = await startServer();
    const { email, password, token } = await signUp(stopping, 'Ana');
    const room = await generalRoom(stopping, token);
    const socket = await openSocket(stopping, token, room.id);
    const body = JSON.stringify({ email, password });
    const get = (path: string) => begin(stopping, `GET ${path} HTTP/1.1`, [bearerHeader(token)]);
    const rooms = await get('/rooms');
    const upgrade = await begin(
      stopping,
      `GET /ws/chat/${room.id}?token=${token} HTTP/1.1`,
      WEBSOCKET_UPGRADE,
    );
    const ready = await get('/ready');
    const health = await get('/health');
    const received = new Promise<void>((resolve) => {
      stopping.app.server.on('request', ({ method }) => method === 'POST' && resolve());
    });
    const login = await begin(
      stopping,
      'POST /auth/login HTTP/1.1',
      ['Content-Type: application/json', `Content-Length: ${body.length}`],
      body,
    );
    await received;
    const idle = await openRaw(stopping);
    await call(stopping, 'GET', '/health');
    const idleClosed = once(idle, 'close');
    idle.on('error', () => {}).resume();
    const stopped = stopping.stop();
    expect((await socket.closed).code).toBe(1012);

    expectRefusal(await rooms(), 'shutting_down');
    expectRefusal(await upgrade(), 'shutting_down');
    expectRefusal(await ready(), 'shutting_down');
    expect(await health()).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await login()).toMatchObject({ status: 200, body: { token: expect.any(String) } });
    await stopped;
    await idleClosed;
  });
});

describe('a server after a restart', () => {
  it('has the same accounts, tokens, rooms, history and repeatable sends', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const bo = await signUp(first, 'Bo');
    const room = await createRoom(first, ana.token, 'Kitchen');
    const message = { text: 'Grüße 👋', clientMsgId: 'first' };
    const { body: sent } = await postMessage(first, bo.token, room.id, message);
    const loggedOut = await signIn(first, 'Bo');
    await call(first, 'POST', '/auth/logout', { token: loggedOut.token });
    const { body: refreshed } = await call<Session>(first, 'POST', '/auth/refresh', ana);
    const before = await readAll(first, ana, room.id);
    await first.stop();

    const second = await startServer({ DATA_DIR: first.dataDir });
    expect(await readAll(second, ana, room.id)).toEqual(before);
    expect((await call<Me>(second, 'GET', '/users/me', bo)).body).toEqual(bo.user);
    expect((await call(second, 'GET', '/users/me', refreshed)).status).toBe(200);
    expectRefusal(await call(second, 'GET', '/users/me', loggedOut), 'session_revoked');
    expect((await signIn(second, 'Bo')).user).toEqual(bo.user);
    const repeated = await postMessage(second, bo.token, room.id, message);
    expect([repeated.status, repeated.body]).toEqual([200, sent]);
    const next = await postMessage(second, bo.token, room.id, 'next');
    expect(next.body.seq).toBe(sent.seq + 1);
    const taken = { email: 'new@example.org', password: 'correct horse', name: 'ANA' };
    expectRefusal(await call(second, 'POST', '/auth/register', { body: taken }), 'name_taken');
    expect((await signUp(second, 'Cyd')).user.isAdmin).toBe(false);
  });
});

async function readAll(at: At, { token }: Account, roomId: string) {
  const paths = ['/users/me', '/rooms', '/rooms?scope=mine'];
  const ofRoom = ['', '/users', '/messages'].map((path) => `/rooms/${roomId}${path}`);
  const answers = [];
  for (const path of [...paths, ...ofRoom]) {
    const { status, body } = await call<Room>(at, 'GET', path, { token });
    answers.push({ path, status, body });
  }
  return answers;
}
