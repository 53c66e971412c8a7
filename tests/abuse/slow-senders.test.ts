import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { Answer } from '../support/client.ts';
import { call, createRoom, openSocket, openStream, signUp } from '../support/client.ts';
import { openRaw, readAnswer } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const SENDERS = scaled(30, 1000);

const connectionsOf = ({ app }: TestServer) =>
  new Promise<number>((resolve) => {
    app.server.getConnections((_, count) => resolve(count));
  });

/** Opens a connection, writes this, and then a byte every 50 ms, until it is closed. */
async function dribble(server: TestServer, start: string): Promise<Socket> {
  const raw = await openRaw(server);
  raw.on('error', () => {});
  raw.write(start);
  const timer = setInterval(() => raw.write('x'), 50);
  raw.on('close', () => clearInterval(timer));
  return raw;
}

it(
  `sends ${SENDERS} away who send headers or a body byte by byte`,
  { timeout: PATIENCE },
  async () => {
    const server = await startServer();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'Kitchen');
    expect(server.app.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
    // The same bounds, but shorter.
    Object.assign(server.app.server, { headersTimeout: 500, requestTimeout: 1000 });
    const body =
      `POST /rooms/${room.id}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"text":"';
    const headers = 'GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ';
    const slow = await Promise.all(
      Array.from({ length: SENDERS }, (_, i) => dribble(server, i % 2 === 0 ? body : headers)),
    );
    const answers = await Promise.all(slow.map(readAnswer));
    for (const answer of answers) expectRefusal(answer, 'validation_failed');
    // The healthy were served meanwhile, and nobody stays.
    expect((await call(server, 'GET', '/users/me', { token })).status).toBe(200);
    await expect.poll(() => connectionsOf(server), { timeout: 10_000 }).toBe(0);
    print(`${SENDERS} slow senders: all of them were sent away`);
  },
);

it('rejects a request without a token before its body arrives, and closes the connection', async () => {
  const server = await startServer();
  const raw = await openRaw(server);
  raw.write(
    'POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{',
  );
  const answer: Answer<unknown> = await readAnswer(raw);
  expectRefusal(answer, 'token_missing');
  expect(answer.headers.get('connection')).toBe('close');
  if (!raw.closed) await once(raw, 'close');
});

it('cuts a connection that neither sends nor takes anything, but no socket and no stream', async () => {
  const server = await startServer();
  expect(server.app.server.timeout).toBe(120_000);
  server.app.server.timeout = 300;
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Kitchen');
  const socket = await openSocket(server, token, room.id);
  const stream = openStream(server, token);
  await Promise.all([socket.next('live'), stream.next('live')]);
  // Opened after them, so that they have been as quiet for longer by when it is cut.
  const idle = await openRaw(server);
  const closed = once(idle, 'close');
  idle.resume();
  await closed;
  await socket.ask({ type: 'send', text: 'still here' });
  expect((await stream.next('message.created'))['message'].text).toBe('still here');
  expect(stream.events.filter(({ type }) => type === 'ready')).toHaveLength(1);
});
