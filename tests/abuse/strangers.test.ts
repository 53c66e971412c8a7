import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
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
import { exchange, openRaw, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { connectionsOf, startServer, type TestServer } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

/** The bounds, as documented in docs/operations.md. */
const IN_ALL = 2000;
const OF_NETWORK = 200;
/** The connections of `connectAna`. */
const SIGNED_IN = 3;

/** Starts a server that takes the remote address of each connection from `next`. */
async function serverWithAddresses(next: { address: () => string }): Promise<TestServer> {
  const server = await startServer();
  server.app.server.prependListener('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', { value: next.address() });
  });
  return server;
}

/**
 * Opens connections without a token. Each writes one of `kinds` and reads nothing. Resolves once the
 * server has accepted all.
 */
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

const get = (path: string) => requestText(`GET ${path} HTTP/1.1`);
const SLOW_BODY = requestText(
  'POST /auth/login HTTP/1.1',
  ['Content-Type: application/json', 'Content-Length: 9'],
  '{',
);

/** Connects Ana by a socket, a stream and a kept-alive connection; `expectConnected` checks all three. */
async function connectAna(
  server: TestServer,
): Promise<{ ana: Account; expectConnected: () => Promise<void> }> {
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
    const sent = request(`${server.url}/users/me`, { agent, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    ports = ports.add(sent.socket?.localPort);
    expect(response.statusCode).toBe(200);
  };
  await ask();
  return {
    ana,
    expectConnected: async () => {
      expect((await socket.ask({ type: 'send', text: 'here' }))['type']).toBe('ack');
      expect((await stream.next('message.created'))['message'].text).toBe('here');
      expect(stream.events.filter(({ type }) => type === 'ready')).toHaveLength(1);
      await ask();
      // All requests used the same connection.
      expect(ports.size).toBe(1);
    },
  };
}

const STRANGERS = scaled(2300, 20_000);
/** No request, half of one, large responses that are never read, and refused requests. */
const KINDS = [
  '',
  'GET /health HT',
  get('/docs/json').repeat(scaled(1, 3)),
  get('/').repeat(scaled(2, 4)),
  get('/users/me'),
  get('/notifications?token=x'),
];

it(
  `accepts logins and keeps signed-in connections while ${STRANGERS} connections without a token arrive`,
  { timeout: PATIENCE },
  async () => {
    let n = 0;
    const next = { address: () => `10.${(n += 1) >> 16}.${(n >> 8) & 255}.${n & 255}` };
    const server = await serverWithAddresses(next);
    const { expectConnected } = await connectAna(server);
    await crowd(server, STRANGERS, KINDS);
    await expect.poll(() => connectionsOf(server)).toBeLessThanOrEqual(IN_ALL + SIGNED_IN);
    expect(await connectionsOf(server)).toBeGreaterThan(IN_ALL / 2);
    expect((await signIn(server, 'Ana')).user.name).toBe('Ana');
    expect((await signUp(server, 'Bo')).user.name).toBe('Bo');
    await expectConnected();
    print(`${STRANGERS} connections without a token: people sign in, and stay connected`);
  },
);

it('counts an IPv6 network as one, and accepts logins from it and from others', async () => {
  let n = 0;
  const next = { address: () => `2001:db8:0:1::${(n += 1).toString(16)}` };
  const server = await serverWithAddresses(next);
  const { expectConnected } = await connectAna(server);
  await crowd(server, 500, ['']);
  await expect.poll(() => connectionsOf(server)).toBeLessThanOrEqual(OF_NETWORK + SIGNED_IN);
  expect(await connectionsOf(server)).toBeGreaterThan(OF_NETWORK / 2);
  await signIn(server, 'Ana');
  next.address = () => '2001:db8:0:2::1';
  await signIn(server, 'Ana');
  await expectConnected();
});

it('rejects a connection while all of its network are busy, and closes those that are busy for too long', async () => {
  const next = { address: () => '203.0.113.7' };
  const server = await serverWithAddresses(next);
  const { expectConnected } = await connectAna(server);
  let busy = 0;
  server.app.server.on('request', () => (busy += 1));
  await crowd(server, OF_NETWORK, [SLOW_BODY]);
  await expect.poll(() => busy).toBe(OF_NETWORK);
  expectRefusal(await exchange(server, ''), 'overloaded');
  // Other networks still get in, and signed-in connections are served.
  next.address = () => '203.0.113.8';
  await signIn(server, 'Ana');
  await expectConnected();
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 6000);
  onTestFinished(() => clock.mockRestore());
  next.address = () => '203.0.113.7';
  await signIn(server, 'Ana');
});

it('does not limit connections from this machine, where a proxy may run', async () => {
  const server = await startServer();
  await crowd(server, OF_NETWORK + 100, ['']);
  expect(await connectionsOf(server)).toBe(OF_NETWORK + 100);
});
