import { beforeAll, describe, expect, it } from 'vitest';
import {
  createRoom,
  openLiveSocket,
  openStream,
  Refused,
  signUp,
  type Account,
} from '../support/client.ts';
import { exchange, WEBSOCKET_UPGRADE } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

const PUBLIC_URL = 'https://chat.example.org';
const server = shareServer({ PUBLIC_URL });
let ana: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
});

const get = (at: TestServer, path: string, ...headers: string[]) =>
  exchange(at, [`GET ${path} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n'));

describe('a request to a server with PUBLIC_URL', () => {
  it.each([
    'chat.example.org',
    'CHAT.example.org',
    'chat.example.org:443',
    'localhost',
    'localhost:3000',
    '127.0.0.1:3000',
    '127.3.2.1',
    '[::1]:3000',
  ])('is served under the host %s', async (host) => {
    const answer = await get(server, '/docs/json', `Host: ${host}`);
    expect(answer.status).toBe(200);
  });

  it.each([
    'evil.example',
    'chat.example.org.evil.example',
    'evil.chat.example.org',
    'example.org',
    'chat.example.org:80',
    'chat.example.org:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.7',
    '[::2]',
    '',
  ])('is refused under the host "%s", whatever its path', async (host) => {
    for (const path of ['/users/me', '/docs/json', '/docs/static/x', '/nothing', '/ws/chat/x']) {
      const answer = await get(server, path, `Host: ${host}`);
      expect(expectRefusal(answer, 'forbidden').message).toContain(PUBLIC_URL);
      expectRefusal(await get(server, path, `Host: ${host}`, ...WEBSOCKET_UPGRADE), 'forbidden');
    }
    expectRefusal(await get(server, '/', `Host: ${host}`), 'forbidden');
  });

  it.each(['/health', '/ready'])('for %s is served under every host', async (path) => {
    expect((await get(server, path, 'Host: 10.0.0.7:3000')).status).toBe(200);
  });

  it('is checked by X-Forwarded-Host only behind a trusted proxy, otherwise by Host', async () => {
    const headers = ['Host: internal:3000', 'X-Forwarded-Host: chat.example.org'];
    expectRefusal(await get(server, '/docs/json', ...headers), 'forbidden');
    const lie = ['Host: chat.example.org', 'X-Forwarded-Host: evil.example'];
    expect((await get(server, '/docs/json', ...lie)).status).toBe(200);
    const behind = await startServer({ PUBLIC_URL, TRUST_PROXY: 'loopback' });
    expect((await get(behind, '/docs/json', ...headers)).status).toBe(200);
    expectRefusal(await get(behind, '/docs/json', ...lie), 'forbidden');
  });
});

it('accepts sockets and streams of pages of PUBLIC_URL, whatever the Host is', async () => {
  const room = await createRoom(server, ana.token, 'Room');
  const open = (origin: string) =>
    openLiveSocket(server, ana.token, room.id, { headers: { origin } });
  await open(PUBLIC_URL);
  for (const origin of [
    'http://chat.example.org',
    `${PUBLIC_URL}:8443`,
    `${PUBLIC_URL}.evil.example`,
  ]) {
    await expect(open(origin)).rejects.toBeInstanceOf(Refused);
  }
  await openStream(server, ana.token).next('live');
  const stream = (origin: string) =>
    fetch(`${server.url}/notifications?token=${ana.token}`, { headers: { origin } });
  const good = await stream(PUBLIC_URL);
  expect(good.status).toBe(200);
  await good.body!.cancel();
  expect((await stream('https://evil.example')).status).toBe(403);
});

it('accepts every Host without PUBLIC_URL', async () => {
  const open = await startServer();
  expect((await get(open, '/docs/json', 'Host: chat.example.org')).status).toBe(200);
});
