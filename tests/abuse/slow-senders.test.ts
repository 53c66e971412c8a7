import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { call, createRoom, openSocket, openStream, signUp } from '../support/client.ts';
import { bearerHeader, openRaw, readAnswer, requestText } from '../support/raw.ts';
import { filesIn } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { connectionsOf, shareServer, startServer, type TestServer } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const SENDERS = scaled(30, 1000);

/** Opens a connection, writes `start`, and then a byte every 50 ms until the connection is closed. */
async function sendSlowly(server: TestServer, start: string): Promise<Socket> {
  const raw = await openRaw(server);
  raw.on('error', () => {});
  raw.write(start);
  const timer = setInterval(() => raw.write('x'), 50);
  raw.on('close', () => clearInterval(timer));
  return raw;
}

it(
  `disconnects ${SENDERS} clients that send headers or a body byte by byte`,
  { timeout: PATIENCE },
  async () => {
    const server = await startServer();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'Kitchen');
    expect(server.app.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
    // Shorter bounds, so that the test need not wait for the real ones.
    Object.assign(server.app.server, { headersTimeout: 500, requestTimeout: 1000 });
    const body = requestText(
      `POST /rooms/${room.id}/messages HTTP/1.1`,
      [bearerHeader(token), 'Content-Type: application/json', 'Content-Length: 5000'],
      '{"text":"',
    );
    const headers = 'GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ';
    const slow = await Promise.all(
      Array.from({ length: SENDERS }, (_, i) => sendSlowly(server, i % 2 === 0 ? body : headers)),
    );
    const answers = await Promise.all(slow.map(readAnswer));
    for (const answer of answers) expectRefusal(answer, 'validation_failed');
    // Honest clients were served meanwhile, and no slow connection is left.
    expect((await call(server, 'GET', '/users/me', { token })).status).toBe(200);
    await expect.poll(() => connectionsOf(server), { timeout: 10_000 }).toBe(0);
    print(`${SENDERS} slow senders: all disconnected`);
  },
);

it(
  'ends an upload that stalls or trickles in, and no other one',
  { timeout: PATIENCE },
  async () => {
    const server = await startServer();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'Kitchen');
    const start = requestText(
      `POST /rooms/${room.id}/files HTTP/1.1`,
      [
        bearerHeader(token),
        'Content-Type: multipart/form-data; boundary=x',
        'Content-Length: 900000',
      ],
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + 'x'.repeat(1000),
    );
    // The real limits are half a minute.
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const [stalled, trickling] = [await openRaw(server), await sendSlowly(server, start)];
    const steady = await openRaw(server);
    for (const raw of [stalled, steady]) raw.write(start);
    const incoming = () => filesIn(join(server.dataDir, 'files/incoming'));
    await expect.poll(incoming).toHaveLength(3);
    steady.write('x'.repeat(500_000));
    const answers = Promise.all([stalled, trickling].map(readAnswer));
    // Half a minute passes between two checks, of which there is one a second.
    await sleep(1500);
    vi.advanceTimersByTime(29_000);
    const timer = setInterval(() => steady.write('x'), 200);
    await sleep(1500);
    expect(incoming()).toHaveLength(3);
    vi.advanceTimersByTime(2000);
    for (const answer of await answers) expectRefusal(answer, 'validation_failed');
    await expect.poll(incoming).toHaveLength(1);
    clearInterval(timer);
    expect(steady.destroyed).toBe(false);
  },
);

const server = shareServer();

it('rejects a request without a token before its body arrives, and closes the connection', async () => {
  const raw = await openRaw(server);
  const headers = ['Content-Type: application/json', 'Content-Length: 5000'];
  raw.write(requestText('POST /rooms HTTP/1.1', headers, '{'));
  const answer = await readAnswer(raw);
  expectRefusal(answer, 'token_missing');
  expect(answer.headers.get('connection')).toBe('close');
  if (!raw.closed) await once(raw, 'close');
});

it('closes an idle HTTP connection, but no socket and no stream', async () => {
  expect(server.app.server.timeout).toBe(120_000);
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Kitchen');
  // For connections from now on: longer than a busy machine takes to open one.
  server.app.server.timeout = 1000;
  const socket = await openSocket(server, token, room.id);
  const stream = openStream(server, token);
  await Promise.all([socket.next('live'), stream.next('live')]);
  // Opened last, so that the socket and the stream have been silent for longer when it is closed.
  const idle = await openRaw(server);
  const closed = once(idle, 'close');
  idle.resume();
  await closed;
  await socket.ask({ type: 'send', text: 'still here' });
  expect((await stream.next('message.created'))['message'].text).toBe('still here');
  expect(stream.events.filter(({ type }) => type === 'ready')).toHaveLength(1);
});
