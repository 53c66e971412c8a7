import { createSocket } from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { call, openDirect, postMessage, signUp } from '../support/client.ts';
import { Browser } from '../support/push-service.ts';
import { startServer } from '../support/server.ts';

const pushTimes = { waitMs: 50, tickMs: 20, retryMs: 50, requestMs: 2000 };

/** A name server that answers every question for an IPv4 address with the same one; returns the names it was asked for. */
async function startNameServer(address: string): Promise<Set<string>> {
  const asked = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    let end = 12;
    const labels: string[] = [];
    for (; query[end] !== 0; end += 1 + query[end]!) {
      labels.push(query.toString('latin1', end + 1, end + 1 + query[end]!));
    }
    asked.add(labels.join('.'));
    const question = query.subarray(12, end + 5);
    const isForIpv4 = query.readUInt16BE(end + 1) === 1;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isForIpv4 ? 1 : 0, 6);
    header.writeUInt16BE(0, 10);
    const answer = Buffer.from([
      0xc0,
      12,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...address.split('.').map(Number),
    ]);
    socket.send(
      Buffer.concat([header, question, ...(isForIpv4 ? [answer] : [])]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const before = dns.getServers();
  dns.setServers([`127.0.0.1:${socket.address().port}`]);
  onTestFinished(() => {
    dns.setServers(before);
    socket.close();
  });
  return asked;
}

it('connects to no private address that a public name resolves to when the message is sent', async () => {
  let connections = 0;
  const inside = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
  await once(inside, 'listening');
  onTestFinished(() => void inside.close());
  const { port } = inside.address() as AddressInfo;
  const asked = await startNameServer('127.0.0.1');

  const lines: string[] = [];
  const server = await startServer({}, (line) => lines.push(line), { pushTimes });
  const [ana, bo] = await Promise.all([signUp(server, 'Ana'), signUp(server, 'Bo')]);
  const body = new Browser(`https://push.example.org:${port}/send/1`);
  expect((await call(server, 'PUT', '/push/subscription', { token: bo.token, body })).status).toBe(
    204,
  );
  const { body: room } = await openDirect(server, ana.token, bo.user.id);
  await postMessage(server, ana.token, room.id, 'hello');
  await vi.waitFor(
    () => expect(lines.join('')).toContain('push.example.org has no public address'),
    5000,
  );
  expect([...asked]).toEqual(['push.example.org']);
  expect(connections).toBe(0);
});
