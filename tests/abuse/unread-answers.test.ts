import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { rssOf, startChild } from '../support/child.ts';
import { call, createRoom, openSocket, signUp } from '../support/client.ts';
import { openRaw } from '../support/raw.ts';
import { startServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = scaled(4, 40);
const REQUESTS = 1400;
/**
 * What the server may grow by, in bytes: without a bound it grew by a gigabyte. Garbage lies for
 * a while.
 */
const MEMORY = 400 * MIB;

it(
  `cuts ${CONNECTIONS} connections that ask for ${REQUESTS} answers each and read none`,
  { timeout: PATIENCE },
  async () => {
    const server = await startChild();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'Library');
    const healthy = await openSocket(server, token, room.id);
    await healthy.next('live');
    const text = '🙂'.repeat(4000);
    await sendAtOnce(
      healthy,
      Array.from({ length: 200 }, () => ({ type: 'send', text })),
    );
    const before = rssOf(server.pid);
    for (const path of ['/docs/json', `/rooms/${room.id}/messages?limit=200`, '/nowhere']) {
      const one = `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
      const greedy = await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          const raw = await openRaw(server);
          raw.on('error', () => {});
          const closed = new Promise((resolve) => raw.once('close', resolve));
          raw.pause();
          raw.write(one.repeat(REQUESTS));
          return { raw, closed };
        }),
      );
      expect((await healthy.ask({ type: 'send', text: 'still here' }))['type']).toBe('ack');
      // They find out that they were cut once they read.
      await Promise.all(
        greedy.map(async ({ raw, closed }) => {
          raw.resume();
          await closed;
        }),
      );
      const grown = rssOf(server.pid) - before;
      print(
        `${CONNECTIONS} × ${REQUESTS} of ${path} unread: cut, ${Math.round(grown / MIB)} MiB more`,
      );
      expect(grown).toBeLessThan(MEMORY);
    }
  },
);

it('answers what a client sends ahead of the answers it reads, in order', async () => {
  const server = await startChild();
  const raw = await openRaw(server);
  raw.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
  raw.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of raw as AsyncIterable<Buffer>) text += chunk.toString();
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4);
  expect((await call(server, 'GET', '/health')).status).toBe(200);
});

it('cuts a connection that asks for more while more than 1 MiB is unread', async () => {
  const server = await startServer();
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Library');
  const socket = await openSocket(server, token, room.id);
  await socket.next('live');
  // Six characters of JSON for each but the last.
  const text = `${'\u0001'.repeat(3999)}x`;
  await sendAtOnce(
    socket,
    Array.from({ length: 200 }, () => ({ type: 'send', text })),
  );
  const connected = once(server.app.server, 'connection') as Promise<[Socket]>;
  const raw = await openRaw(server);
  raw.on('error', () => {});
  const closed = new Promise((resolve) => raw.once('close', resolve));
  raw.pause();
  const [theirs] = await connected;
  const page = `/rooms/${room.id}/messages?limit=200`;
  const one = `GET ${page} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  // Two pages are more than the system takes off the server's hands.
  raw.write(one.repeat(2));
  await expect.poll(() => theirs.writableLength, { timeout: 10_000 }).toBeGreaterThan(1024 * 1024);
  expect(theirs.destroyed).toBe(false);
  raw.write(one);
  await expect.poll(() => theirs.destroyed, { timeout: 10_000 }).toBe(true);
  raw.resume();
  await closed;
});
