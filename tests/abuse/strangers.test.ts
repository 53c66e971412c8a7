import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  createRoom,
  openSocket,
  openStream,
  signIn,
  signUp,
  type Account,
} from '../support/client.ts';
import { exchange, openRaw } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

/** The bounds, as docs/operations.md says them. */
const IN_ALL = 2000;
const OF_NETWORK = 200;
/** The connections of `settle`. */
const SIGNED_IN = 3;

const connectionsOf = ({ app }: TestServer) =>
  new Promise<number>((resolve) => {
    app.server.getConnections((_, count) => resolve(count));
  });

/** A server to which connections seem to come from the addresses that `next` gives. */
async function serverAfar(next: { address: () => string }): Promise<TestServer> {
  const server = await startServer();
  server.app.server.prependListener('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', { value: next.address() });
  });
  return server;
}

/** Opens so many connections, each of which writes one of these and reads nothing; the server has seen all of them. */
async function crowd(server: TestServer, count: number, kinds: readonly string[]): Promise<void> {
  let accepted = 0;
  server.app.server.on('connection', () => (accepted += 1));
  for (let opened = 0; opened < count; opened += 100) {
    const some = Array.from({ length: Math.min(100, count - opened) }, async (__, i) => {
      const socket = await openRaw(server);
      socket.on('error', () => {});
      socket.pause();
      socket.write(kinds[i % kinds.length]!);
    });
    await Promise.all(some);
  }
  await expect.poll(() => accepted).toBe(count);
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const SLOW_BODY =
  'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';

/** Somebody signed in by all ways, and a look whether they all are still there. */
async function settle(server: TestServer): Promise<{ ana: Account; isThere: () => Promise<void> }> {
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const socket = await openSocket(server, ana.token, room.id);
  const stream = openStream(server, ana.token);
  await Promise.all([socket.next('live'), stream.next('live')]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  let ports = new Set<number | undefined>();
  const ask = async () => {
    const headers = { authorization: `Bearer ${ana.token}` };
    const asked = request(`${server.url}/users/me`, { agent, headers }).end();
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    await once(response, 'end');
    ports = ports.add(asked.socket?.localPort);
    expect(response.statusCode).toBe(200);
  };
  await ask();
  return {
    ana,
    isThere: async () => {
      expect((await socket.ask({ type: 'send', text: 'here' }))['type']).toBe('ack');
      expect((await stream.next('message.created'))['message'].text).toBe('here');
      expect(stream.events.filter(({ type }) => type === 'ready')).toHaveLength(1);
      await ask();
      // By the connection that it has had all the time.
      expect(ports.size).toBe(1);
    },
  };
}

const STRANGERS = scaled(2300, 20_000);
/** They ask for nothing, or half; or for much that they do not read, or for what they may not have. */
const KINDS = [
  '',
  'GET /health HT',
  get('/docs/json').repeat(3),
  get('/').repeat(4),
  get('/users/me'),
  get('/notifications?token=x'),
];

it(
  `lets people in, and keeps those who are, while ${STRANGERS} connections come from everywhere`,
  { timeout: PATIENCE },
  async () => {
    let n = 0;
    const next = { address: () => `10.${(n += 1) >> 16}.${(n >> 8) & 255}.${n & 255}` };
    const server = await serverAfar(next);
    const { isThere } = await settle(server);
    await crowd(server, STRANGERS, KINDS);
    await expect.poll(() => connectionsOf(server)).toBeLessThanOrEqual(IN_ALL + SIGNED_IN);
    expect(await connectionsOf(server)).toBeGreaterThan(IN_ALL / 2);
    expect((await signIn(server, 'Ana')).user.name).toBe('Ana');
    expect((await signUp(server, 'Bo')).user.name).toBe('Bo');
    await isThere();
    print(`${STRANGERS} connections of nobody: people get in, and stay`);
  },
);

it('counts a network of IPv6 as one, and lets people of others and of the same one in', async () => {
  let n = 0;
  const next = { address: () => `2001:db8:0:1::${(n += 1).toString(16)}` };
  const server = await serverAfar(next);
  const { isThere } = await settle(server);
  await crowd(server, 500, ['']);
  await expect.poll(() => connectionsOf(server)).toBeLessThanOrEqual(OF_NETWORK + SIGNED_IN);
  expect(await connectionsOf(server)).toBeGreaterThan(OF_NETWORK / 2);
  await signIn(server, 'Ana');
  next.address = () => '2001:db8:0:2::1';
  await signIn(server, 'Ana');
  await isThere();
});

it('refuses who comes while all of a network are busy, and cuts the slowest once they take too long', async () => {
  const next = { address: () => '203.0.113.7' };
  const server = await serverAfar(next);
  const { isThere } = await settle(server);
  let busy = 0;
  server.app.server.on('request', () => (busy += 1));
  await crowd(server, OF_NETWORK, [SLOW_BODY]);
  await expect.poll(() => busy).toBe(OF_NETWORK);
  expectRefusal(await exchange(server, ''), 'overloaded');
  // Others get in, and so do those who are signed in.
  next.address = () => '203.0.113.8';
  await signIn(server, 'Ana');
  await isThere();
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 6000);
  onTestFinished(() => clock.mockRestore());
  next.address = () => '203.0.113.7';
  await signIn(server, 'Ana');
});

it('does not count by address what comes from this machine, where a proxy may run', async () => {
  const server = await startServer();
  await crowd(server, OF_NETWORK + 100, ['']);
  expect(await connectionsOf(server)).toBe(OF_NETWORK + 100);
});
