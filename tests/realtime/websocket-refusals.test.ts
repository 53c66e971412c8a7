import { once } from 'node:events';
import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { call, createRoom, openSocket, Refused, signUp, type Frame } from '../support/client.ts';
import { handshake, handshakeHeaders } from '../support/handshake.ts';
import { openRaw } from '../support/raw.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer({ ALLOWED_ORIGINS: 'https://a.example,https://b.example:8443' });

/** Returns the refusal of an attempt to open a socket. */
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

it('rejects a missing or invalid token before the upgrade', async () => {
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

it('rejects a session that has ended', async () => {
  const ana = await signUp(server, 'Ana who left');
  const room = await createRoom(server, ana.token, 'ended');
  await call(server, 'POST', '/auth/logout', { token: ana.token });
  const rejected = await refusal(openSocket(server, ana.token, room.id));
  expect(rejected).toMatchObject(refused(401, 'session_revoked'));
});

it('rejects an expired token', async () => {
  const ana = await signUp(server, 'Ana too late');
  const { jwt } = server.app;
  const { sub, sid } = jwt.verify<{ sub: string; sid: string }>(ana.token);
  const token = jwt.sign({ sub, sid, exp: Math.floor(Date.now() / 1000) - 1 });
  const rejected = await refusal(openSocket(server, token, 'any'));
  expect(rejected).toMatchObject(refused(401, 'token_expired'));
});

it('rejects an unknown room', async () => {
  const ana = await signUp(server, 'Ana without a room');
  const rejected = await refusal(openSocket(server, ana.token, 'nowhere'));
  expect(rejected).toMatchObject(refused(404, 'room_not_found'));
});

it.each(['-1', '1.5', 'x', '', '1e3', '99999999999999999999'])(
  'rejects after=%s, which is not a seq',
  async (after) => {
    const ana = await signUp(server, `Ana after ${after}`);
    const room = await createRoom(server, ana.token, `after ${after}`);
    const rejected = await refusal(openSocket(server, ana.token, room.id, { after }));
    expect(rejected).toMatchObject(refused(400, 'validation_failed'));
    expect(rejected.body['details']).toEqual([{ path: '/after', message: expect.any(String) }]);
  },
);

it('accepts its own page, those in ALLOWED_ORIGINS and clients without Origin, and no other page', async () => {
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
    const rejected = await refusal(open({ origin }));
    expect(rejected, origin).toMatchObject(refused(403, 'forbidden'));
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
    Buffer.from(handshake(`/ws/chat/${ana.roomId}?token=${ana.token}`, { host, origin }), 'latin1'),
  );
  const [first] = (await once(raw, 'data')) as [Buffer];
  expect(first.toString()).toMatch(isOwn ? /^HTTP\/1\.1 101 / : /^HTTP\/1\.1 40[03] /);
});

let hosts: Promise<{ token: string; roomId: string }> | null = null;
/** One account and one room for all hosts. */
function anaOfHosts() {
  hosts ??= (async () => {
    const { token } = await signUp(server, 'Ana of hosts');
    return { token, roomId: (await createRoom(server, token, 'hosts')).id };
  })();
  return hosts;
}

it('rejects injectWS with the same status as a real socket', async () => {
  const options = { headers: { host: 'here' }, rawHeaders: [] };
  await expect(server.app.injectWS('/ws/chat/nowhere', options)).rejects.toThrow('401');
});

/** Sends a request to upgrade that `ws` would not send. */
async function upgrade(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: Frame }> {
  const sent = request(server.url + path, {
    agent: false,
    headers: { connection: 'upgrade', ...headers },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body: JSON.parse(body) as Frame };
}

it.each(['/health', '/notifications', '/', '/nowhere'])(
  'rejects an upgrade of %s',
  async (path) => {
    const rejected = await upgrade(path, handshakeHeaders);
    expect(rejected).toMatchObject(refused(404, 'not_found'));
  },
);

it('survives peers that are gone before their upgrade is complete', async () => {
  const ana = await signUp(server, 'Ana of the gone');
  const { id } = await createRoom(server, ana.token, 'gone');
  for (let round = 0; round < 20; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 10 }, async () => openRaw(server)));
    for (const socket of sockets) {
      socket.write(handshake(`/ws/chat/${id}?token=${ana.token}`));
      socket.resetAndDestroy();
    }
  }
  const online = async () => {
    const { body } = await call<Frame>(server, 'GET', `/rooms/${id}`, { token: ana.token });
    return body['onlineCount'];
  };
  await expect.poll(online).toBe(0);
});

it('survives an error on a connection that waits for its upgrade', async () => {
  const socket = new PassThrough();
  const incoming = { method: 'GET', url: '/ws/chat/room', headers: { ...handshakeHeaders } };
  server.app.server.emit('upgrade', incoming, socket, Buffer.alloc(0));
  // Nothing else listens to it yet, and an unhandled error would end the server.
  socket.emit('error', new Error('read ECONNRESET'));
  expect(socket.destroyed).toBe(true);
  await once(socket, 'close');
});

it('ignores an offer to upgrade to HTTP/2', async () => {
  // curl --http2 and Java's HTTP client send this with every request.
  const response = await upgrade('/health', {
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
  });
  expect(response).toEqual({ status: 200, body: { status: 'ok' } });
});

it('rejects an ordinary request to the path of a socket, without joining', async () => {
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
