import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { call, openDirect, postMessage, signUp } from '../support/client.ts';
import { Browser } from '../support/push-service.ts';
import { startNameServer } from '../support/name-server.ts';
import { startServer } from '../support/server.ts';

const pushTimes = { waitMs: 50, tickMs: 20, retryMs: 50, requestMs: 2000 };

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
