import { once } from 'node:events';
import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { call, createRoom, openSocket, Refused, signUp, type Frame } from '../support/client.ts';
import { openRaw } from '../support/raw.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer({ ALLOWED_ORIGINS: 'https://a.example,https://b.example:8443' });

/** What an attempt to open a socket is refused with. */
async function refusal(opening: Promise<unknown>): Promise<{ status: number; body: Frame }> {
  const error = await opening.then(
    () => new Error('the socket was opened'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return { status: error.status, body: error.body };
  throw error;
}

const refused = (status: number, code: string) => ({
  status,
  body: { statusCode: status, code, error: expect.any(String), message: expect.any(String) },
});

it('refuses who brings no token, or one that is not of this server, before the upgrade', async () => {
  const ana = await signUp(server, 'Ana of refusals');
  const room = await createRoom(server, ana.token, 'refusals');
  const none = await refusal(openSocket(server, undefined, room.id));
  expect(none).toMatchObject(refused(401, 'token_missing'));
  for (const token of ['', 'x', `${ana.token}x`, ana.token.replace(/\.[^.]*$/, '.')]) {
    const { status, body } = await refusal(openSocket(server, token, room.id));
    expect(status).toBe(401);
    expect(body['code']).toBe(token === '' ? 'token_missing' : 'token_invalid');
  }
});

it('refuses a session that has ended', async () => {
  const ana = await signUp(server, 'Ana who left');
  const room = await createRoom(server, ana.token, 'ended');
  await call(server, 'POST', '/auth/logout', { token: ana.token });
  const answer = await refusal(openSocket(server, ana.token, room.id));
  expect(answer).toMatchObject(refused(401, 'session_revoked'));
});

it('refuses a token that has expired', async () => {
  const ana = await signUp(server, 'Ana too late');
  const { jwt } = server.app;
  const { sub, sid } = jwt.verify<{ sub: string; sid: string }>(ana.token);
  const token = jwt.sign({ sub, sid, exp: Math.floor(Date.now() / 1000) - 1 });
  const answer = await refusal(openSocket(server, token, 'any'));
  expect(answer).toMatchObject(refused(401, 'token_expired'));
});

it('refuses a room that there is not', async () => {
  const ana = await signUp(server, 'Ana without a room');
  const answer = await refusal(openSocket(server, ana.token, 'nowhere'));
  expect(answer).toMatchObject(refused(404, 'room_not_found'));
});

it.each(['-1', '1.5', 'x', '', '1e3', '99999999999999999999'])(
  'refuses after=%s, which is no seq',
  async (after) => {
    const ana = await signUp(server, `Ana after ${after}`);
    const room = await createRoom(server, ana.token, `after ${after}`);
    const answer = await refusal(openSocket(server, ana.token, room.id, { after }));
    expect(answer).toMatchObject(refused(400, 'validation_failed'));
    expect(answer.body['details']).toEqual([{ path: '/after', message: expect.any(String) }]);
  },
);

it('lets in its own page, those that ALLOWED_ORIGINS names, who sends no Origin, and no other page', async () => {
  const ana = await signUp(server, 'Ana of origins');
  const room = await createRoom(server, ana.token, 'origins');
  const open = (headers: Record<string, string>) =>
    openSocket(server, ana.token, room.id, { headers });
  await (await open({})).next('live');
  for (const origin of [server.url, 'https://a.example', 'https://b.example:8443']) {
    await (await open({ origin })).next('live');
  }
  const { host } = new URL(server.url);
  for (const origin of [
    'https://evil.example',
    'null',
    'x',
    `http://${host}.evil.example`,
    'https://b.example',
    'http://a.example',
    'https://a.example.evil.org',
  ]) {
    const answer = await refusal(open({ origin }));
    expect(answer, origin).toMatchObject(refused(403, 'forbidden'));
  }
});

it.each<[host: string, origin: string, isOwn: boolean]>([
  ['chat.example.org', 'https://chat.example.org', true],
  ['chat.example.org:443', 'https://chat.example.org', true],
  ['chat.example.org', 'https://chat.example.org:443', true],
  ['chat.example.org:80', 'http://chat.example.org', true],
  ['Chat.Example.org', 'https://chat.example.ORG', true],
  ['chat.example.org:8443', 'https://chat.example.org:8443', true],
  ['[::1]:3000', 'http://[::1]:3000', true],
  ['bücher.example', 'https://xn--bcher-kva.example', true],
  ['chat.example.org:443', 'http://chat.example.org', false],
  ['chat.example.org:80', 'https://chat.example.org', false],
  ['chat.example.org', 'https://chat.example.org:8443', false],
  ['chat.example.org', 'https://example.org', false],
  ['chat.example.org', 'https://chat.example.org.evil.example', false],
  ['chat.example.org', 'https://evil.example@chat.example.org', false],
  ['chat.example.org', 'https://chat.example.org@evil.example', false],
  ['chat.example.org', 'https://chat.example.org/', false],
  ['chat.example.org', 'https://chat.example.org/path', false],
  ['chat.example.org', 'https://chat.example.org?', false],
  ['chat.example.org', 'https:\\\\chat.example.org', false],
  ['chat.example.org', 'ftp://chat.example.org', false],
  ['chat.example.org', 'ws://chat.example.org', false],
  ['chat.example.org', 'chrome-extension://chat.example.org', false],
  ['chat.example.org', 'chat.example.org', false],
  ['chat.example.org', 'null', false],
  ['chat.example.org', '', false],
  ['evil.example@chat.example.org', 'https://chat.example.org', false],
  ['chat.example.org/x', 'https://chat.example.org', false],
  ['', 'https://chat.example.org', false],
])('Host "%s" and Origin "%s": its own page is %s', async (host, origin, isOwn) => {
  const ana = await anaOfHosts();
  const raw = await openRaw(server);
  raw.write(
    Buffer.from(
      `GET /ws/chat/${ana.roomId}?token=${ana.token} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n` +
        'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      'latin1',
    ),
  );
  const [first] = (await once(raw, 'data')) as [Buffer];
  expect(first.toString()).toMatch(isOwn ? /^HTTP\/1\.1 101 / : /^HTTP\/1\.1 40[03] /);
});

let hosts: Promise<{ token: string; roomId: string }> | null = null;
/** One account and room for all hosts. */
function anaOfHosts() {
  hosts ??= (async () => {
    const { token } = await signUp(server, 'Ana of hosts');
    return { token, roomId: (await createRoom(server, token, 'hosts')).id };
  })();
  return hosts;
}

it('answers injectWS with the same status as a real socket', async () => {
  const asked = { headers: { host: 'here' }, rawHeaders: [] };
  await expect(server.app.injectWS('/ws/chat/nowhere', asked)).rejects.toThrow('401');
});

/** An upgrade by hand: what `ws` would not send. */
async function upgrade(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: Frame }> {
  const asked = request(server.url + path, {
    agent: false,
    headers: { connection: 'upgrade', ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body: JSON.parse(body) as Frame };
}

it.each(['/health', '/notifications', '/', '/nowhere'])(
  'refuses to make a socket of %s',
  async (path) => {
    const answer = await upgrade(path, {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    });
    expect(answer).toMatchObject(refused(404, 'not_found'));
  },
);

/** What a client says to open a socket. */
const handshake = (roomId: string, token: string, key: string) =>
  `GET /ws/chat/${roomId}?token=${token} HTTP/1.1\r\nHost: here\r\nConnection: upgrade\r\n` +
  `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;

it('bears peers that are gone before their upgrade is answered', async () => {
  const ana = await signUp(server, 'Ana of the gone');
  const { id } = await createRoom(server, ana.token, 'gone');
  for (let round = 0; round < 20; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 10 }, async () => openRaw(server)));
    for (const socket of sockets) {
      socket.write(handshake(id, ana.token, 'dGhlIHNhbXBsZSBub25jZQ=='));
      socket.resetAndDestroy();
    }
  }
  const online = async () => {
    const { body } = await call<Frame>(server, 'GET', `/rooms/${id}`, { token: ana.token });
    return body['onlineCount'];
  };
  await expect.poll(online).toBe(0);
});

it('bears an error on a connection that waits for its upgrade', async () => {
  const socket = new PassThrough();
  const asked = {
    method: 'GET',
    url: '/ws/chat/room',
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  };
  server.app.server.emit('upgrade', asked, socket, Buffer.alloc(0));
  // Nobody else listens to it yet; an error that nobody hears would end the server.
  socket.emit('error', new Error('read ECONNRESET'));
  expect(socket.destroyed).toBe(true);
  await once(socket, 'close');
});

it('answers a request that offers to go on in HTTP/2 as if it had not offered', async () => {
  // curl --http2 and the HTTP client of Java say this with every request.
  const answer = await upgrade('/health', { upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' });
  expect(answer).toEqual({ status: 200, body: { status: 'ok' } });
});

it('refuses an ordinary request for a socket, which joins nothing', async () => {
  const ana = await signUp(server, 'Ana of requests');
  const bo = await signUp(server, 'Bo of requests');
  const room = await createRoom(server, ana.token, 'requests');
  const path = `/ws/chat/${room.id}?token=${bo.token}`;
  const { status, body } = await call<Frame | null>(server, 'GET', path);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).toMatchObject({ statusCode: status, code: expect.any(String) });
  const seen = await call<Frame>(server, 'GET', `/rooms/${room.id}`, { token: bo.token });
  expect(seen.body).toMatchObject({ role: null, memberCount: 1 });
});
