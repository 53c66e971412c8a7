import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { rssOf, startChild } from '../support/child.ts';
import { call, createRoom, openLiveSocket, signUp, type At } from '../support/client.ts';
import { bearerHeader, openRaw, readText, requestText } from '../support/raw.ts';
import { shareServer } from '../support/server.ts';
import { times } from '../support/times.ts';
import { sendAtOnce } from '../support/until.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = scaled(2, 40);
const REQUESTS = 1400;
/**
 * How much the memory of the server may grow, in bytes. Without a bound it grew by a gigabyte; garbage is not
 * collected at once.
 */
const MEMORY = 400 * MIB;

/** A room with 200 messages of the same text, and a socket in it. */
async function longRoom(server: At, text: string) {
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Library');
  const socket = await openLiveSocket(server, token, room.id);
  await sendAtOnce(
    socket,
    Array.from({ length: 200 }, () => ({ type: 'send', text })),
  );
  return { token, socket, page: `/rooms/${room.id}/messages?limit=200` };
}

/** A connection that reads nothing until `drain`, which resolves once the server has closed it. */
async function unreadConnection(server: At) {
  const raw = await openRaw(server);
  raw.on('error', () => {});
  // Not by `once` of node:events, which rejects on the error of a reset.
  const closed = new Promise((resolve) => raw.once('close', resolve));
  raw.pause();
  const drain = async () => {
    raw.resume();
    await closed;
  };
  return { raw, drain };
}

it(
  `closes ${CONNECTIONS} connections that send ${REQUESTS} requests each and read no response`,
  { timeout: PATIENCE },
  async () => {
    const child = await startChild();
    const { token, socket: healthy, page } = await longRoom(child, '🙂'.repeat(4000));
    const before = rssOf(child.pid);
    for (const path of ['/docs/json', page, '/nowhere']) {
      const one = requestText(`GET ${path} HTTP/1.1`, [bearerHeader(token)]);
      const greedy = await times(CONNECTIONS, async () => {
        const connection = await unreadConnection(child);
        connection.raw.write(one.repeat(REQUESTS));
        return connection;
      });
      expect((await healthy.ask({ type: 'send', text: 'still here' }))['type']).toBe('ack');
      // They notice only when they read that they were closed.
      await Promise.all(greedy.map(async ({ drain }) => drain()));
      const grown = rssOf(child.pid) - before;
      print(
        `${CONNECTIONS} × ${REQUESTS} requests of ${path}, unread: closed, ${Math.round(grown / MIB)} MiB more`,
      );
      expect(grown).toBeLessThan(MEMORY);
    }
  },
);

const server = shareServer();

it('serves pipelined requests', async () => {
  const raw = await openRaw(server);
  raw.write(requestText('GET /health HTTP/1.1').repeat(3));
  raw.write(requestText('GET /health HTTP/1.1', ['Connection: close']));
  expect((await readText(raw)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4);
  expect((await call(server, 'GET', '/health')).status).toBe(200);
});

it('closes a connection that sends another request while more than 1 MiB is unread', async () => {
  // JSON takes six characters for each but the last.
  const { token, page } = await longRoom(server, `${'\u0001'.repeat(3999)}x`);
  const connected = once(server.app.server, 'connection') as Promise<[Socket]>;
  const { raw, drain } = await unreadConnection(server);
  const [serverSide] = await connected;
  const one = requestText(`GET ${page} HTTP/1.1`, [bearerHeader(token)]);
  // Two pages are more than the buffers of the system hold.
  raw.write(one.repeat(2));
  await expect
    .poll(() => serverSide.writableLength, { timeout: 10_000 })
    .toBeGreaterThan(1024 * 1024);
  expect(serverSide.destroyed).toBe(false);
  raw.write(one);
  await expect.poll(() => serverSide.destroyed, { timeout: 10_000 }).toBe(true);
  await drain();
});
