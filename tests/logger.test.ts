import { expect, it } from 'vitest';
import { createLogger, loggedTarget } from '../src/logger.ts';
import { seeded } from './faults/support/scale.ts';
import { call, generalRoom, openSocket, openStream, signUp } from './support/client.ts';
import { exchange, openRaw } from './support/raw.ts';
import { startServer } from './support/server.ts';

it('never logs a token or a password, at any level', async () => {
  const lines: string[] = [];
  const server = await startServer({ LOG_LEVEL: 'trace' }, (line) => lines.push(line));
  const ana = await signUp(server, 'Ana');
  const { token, password, email } = ana;
  const room = await generalRoom(server, token);

  const socket = await openSocket(server, token, room.id, { after: 0 });
  await socket.next('live');
  await socket.ask({ type: 'auth', token });
  await socket.ask({ type: 'auth', token: `${token}x` });
  await openStream(server, token).next('live');
  const { body: made } = await call<{ token: string }>(server, 'POST', '/users/me/tokens', {
    token,
    body: { name: 'logged' },
  });
  await openStream(server, made.token).next('live');
  await call(server, 'GET', `/nothing/${made.token}?token=${made.token}`, made);
  server.app.log.error({ err: new Error(`with ${made.token}`) }, 'failed');
  // In a query, under any spelling of its name, on any path.
  const names = ['token', 'TOKEN', '%74oken', '%74%6f%6B%65%6e', 'a=1&token', 'token=&token'];
  const paths = [
    '/nothing',
    '/users/me',
    '/notifications/',
    '/',
    '/rooms/%zz',
    `/ws/chat/${room.id}`,
  ];
  for (const path of paths) {
    for (const name of names) {
      const response = await fetch(`${server.url}${path}?${name}=${token}&b=2`);
      await response.text();
    }
  }
  await openSocket(server, `${token}x`, room.id).catch(() => {});
  await openSocket(server, token, 'nothing').catch(() => {});
  await exchange(
    server,
    `GET http://x/users/me?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  await exchange(server, `GET /${token} no HTTP\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  // In headers and bodies.
  await call(server, 'GET', '/users/me', { token });
  await call(server, 'GET', '/users/me', { token: `${token}x` });
  await call(server, 'POST', '/auth/login', { body: { email, password } });
  await call(server, 'POST', '/auth/login', { body: { email, password: `${password}x` } });
  await call(server, 'POST', '/auth/login', { body: { email, password, token } });
  await call(server, 'POST', '/auth/login', {
    body: `{"email":"${email}","password":"${password}`,
  });
  await call(server, 'POST', '/auth/register', { body: { email, password, name: 'Ana' } });
  const change = { token, body: { password: `new ${password}`, currentPassword: password } };
  await call(server, 'PATCH', '/users/me', change);
  await call(server, 'POST', '/auth/logout', { token });
  await server.stop();

  const log = lines.join('');
  expect(log).toContain('/users/me');
  expect(log).toContain('/nothing');
  expect(log).not.toContain(password);
  expect(log).not.toContain(made.token.slice(0, 20));
  // Nor its payload or signature.
  for (const part of token.split('.').slice(1)) expect(log).not.toContain(part);
});

it.each([
  ['/', '/'],
  ['/rooms/q8VwZr3TnX5bLm0K/messages/12', '/rooms/q8VwZr3TnX5bLm0K/messages/12'],
  ['/rooms/general/messages?before=5&limit=10', '/rooms/general/messages?before=5&limit=10'],
  ['/rooms?scope=mine&query=ana', '/rooms?scope=mine&…'],
  ['/rooms/x/users/y?ban=true', '/rooms/x/users/y?ban=true'],
  ['/rooms/x/messages/1/reactions/%F0%9F%91%8D', '/rooms/x/messages/1/reactions/%F0%9F%91%8D'],
  ['/client/notification-stream.js', '/client/notification-stream.js'],
  ['/ws/chat/x?token=secret', '/ws/chat/x?…'],
  ['/ws/chat/x?after=5&token=secret&epoch=1', '/ws/chat/x?after=5&…'],
  ['/x?%74oken=a&Token=b&token=c=d==&token=', '/x?…'],
  ['/x?limit=secret', '/x?…'],
  ['/?setup=secret', '/?…'],
  ['/x?limit=5;token=secret', '/x?…'],
  ['/search?q=hola&limit=5', '/search?…&limit=5'],
  ['/search&q=hola', '/…'],
  ['/search%3Fq=hola', '/…'],
  ['/search;q=hola', '/…'],
  ['/x#q=hola', '/x#…'],
  ['/x?limit=5#q=hola', '/x?…'],
  ['/users/ana@example.org', '/users/…'],
  ['/%zz', '/…'],
  ['/%25252525252561', '/…'],
  ['*', '…'],
  ['', ''],
])('logs a target without secrets: %s', (target, logged) => {
  expect(loggedTarget(target)).toBe(logged);
});

it('never logs a token, a ticket or a search word from a malformed target', async () => {
  const random = seeded();
  const lines: string[] = [];
  const server = await startServer({ LOG_LEVEL: 'trace' }, (line) => lines.push(line));
  const { token } = await signUp(server, 'Ana');
  const room = await generalRoom(server, token);
  const { body } = await call<{ ticket: string }>(server, 'POST', '/auth/ticket', { token });
  const { ticket } = body;

  /** Ways to write a secret that still reveal it. */
  const encode = (text: string, share: number) =>
    [...text].map((c) => (random.chance(share) ? `%${c.charCodeAt(0).toString(16)}` : c)).join('');
  const writings: ((secret: string) => string)[] = [
    (secret) => secret,
    (secret) => secret.slice(random.int(1, 30)),
    (secret) => secret.slice(0, -random.int(1, 10)),
    (secret) => encode(secret, 1),
    (secret) => encode(secret, 0.3),
    (secret) => encode(encode(secret, 0.3), 0.5),
    (secret) => secret.replaceAll('.', '%2e'),
    (secret) => secret.replaceAll('.', '%252E'),
    (secret) => secret.replaceAll('.', ','),
    (secret) => secret.replaceAll('.', '/'),
    (secret) => `Bearer%20${secret}`,
    (secret) => `%22${secret}%22`,
    (secret) => `%zz${secret}`,
    (secret) => `${secret}%`,
  ];
  const places: ((secret: string) => string)[] = [
    (secret) => `/ws/chat/${room.id}?token=${secret}`,
    (secret) => `/ws/chat/${room.id}?tokens=${secret}`,
    (secret) => `/ws/chat/${room.id}?to+ken=${secret}`,
    (secret) => `/ws/chat/${room.id}?access_token=${secret}`,
    (secret) => `/ws/chat/${room.id}?%2574oken=${secret}`,
    (secret) => `/ws/chat/${room.id}?Authorization:${secret}`,
    (secret) => `/ws/chat/${room.id}&token=${secret}`,
    (secret) => `/ws/chat/${room.id};token=${secret}`,
    (secret) => `/ws/chat/${room.id}%3Ftoken=${secret}`,
    (secret) => `/ws/chat/${room.id}%3ftoken%3d${secret}`,
    (secret) => `/ws/chat/${room.id},${secret}`,
    (secret) => `/ws/chat/${secret}`,
    (secret) => `/notifications/${secret}`,
    (secret) => `/notifications?${secret}`,
    (secret) => `/notifications?${secret}=1`,
    (secret) => `/notifications?limit=${secret}`,
    (secret) => `/notifications?limit=5;${secret}`,
    (secret) => `/notifications?after=1&&=${secret}`,
    (secret) => `/notifications?lastEventId=${secret}`,
    (secret) => `/notifications?cursor=${secret}`,
    (secret) => `/notifications?a[token]=${secret}`,
    (secret) => `/notifications?a=1?token=${secret}`,
    (secret) => `/notifications#token=${secret}`,
    (secret) => `/notifications?limit=5#${secret}`,
    (secret) => `/${secret}/users/me`,
    (secret) => `/users/me?token:${secret}`,
    (secret) => `//${secret}`,
    (secret) => `/docs/static/${secret}`,
    (secret) => `http://x/users/me?token=${secret}`,
    (secret) => `http://${secret}@x/users/me`,
  ];
  const forms = [...places.keys()].flatMap((place) =>
    [...writings.keys()].map((writing) => ({ place: places[place]!, write: writings[writing]! })),
  );
  expect(forms.length).toBeGreaterThan(400);
  // Each form has one of the two secrets.
  const shuffled = random.shuffle(forms);
  const half = Math.ceil(shuffled.length / 2);
  for (const [secret, some] of [
    [token, shuffled.slice(0, half)],
    [ticket, shuffled.slice(half)],
  ] as const) {
    for (const { place, write } of some) {
      const target = place(write(secret));
      const headers = ['Host: x', 'Connection: close', `Last-Event-ID: ${secret}`];
      const socket = await openRaw(server);
      socket.end(`GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      for await (const _ of socket) break;
    }
  }
  const words = ['geheimnis', 'hemmelighed'];
  for (const path of [
    '/search?q=',
    '/users?query=',
    '/rooms?query=',
    '/search&q=',
    '/search%3fq=',
  ]) {
    for (const word of words) {
      const target = `${path}${word}%20${encodeURIComponent(word)}`;
      await call<unknown>(server, 'GET', target, { token });
      await call<unknown>(server, 'GET', target);
    }
  }
  await server.stop();

  const log = lines.join('');
  expect(log).toContain('/notifications');
  for (const word of words) expect(log).not.toContain(word);
  // Nor a useful part of the payload or the signature, however it is encoded.
  let decoded = log;
  for (let i = 0; i < 4; i += 1) {
    decoded = decoded.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  const secrets = [...token.split('.').slice(1), ticket.slice('ticket-'.length)];
  for (const secret of secrets) {
    for (let i = 0; i + 12 <= secret.length; i += 1) {
      expect(decoded).not.toContain(secret.slice(i, i + 12));
    }
  }
});

it('removes tokens and tickets from error messages', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  const token = `eyJhbGciOiJIUzI1NiJ9.${'p'.repeat(80)}.${'s'.repeat(43)}`;
  const ticket = `ticket-${'t'.repeat(43)}`;
  logger.error({ err: new Error(`no ${token} and no ${ticket} here`), token }, ticket);
  expect(lines.join('')).toContain('no … and no … here');
  expect(lines.join('')).not.toMatch(/ppp|sss|ttt/);
  expect(() => void JSON.parse(lines[0]!)).not.toThrow();
});

it('logs requests as JSON lines: method, path, status and address', async () => {
  const lines: string[] = [];
  const server = await startServer({ LOG_LEVEL: 'info' }, (line) => lines.push(line));
  await call(server, 'GET', '/rooms?query=a');
  await call(server, 'GET', '/health');
  await server.stop();
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const [incoming] = entries.filter(({ req }) => req);
  expect(incoming).toMatchObject({
    level: 30,
    req: { method: 'GET', url: '/rooms?…', remoteAddress: '127.0.0.1' },
  });
  expect(entries.filter(({ res }) => res)).toMatchObject([{ res: { statusCode: 401 } }]);
  // Health checks come every few seconds and are not logged.
  expect(JSON.stringify(entries)).not.toContain('/health');
});

it('logs nothing below its level', () => {
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => lines.push(line) });
  logger.info('quiet');
  logger.warn('loud');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['loud']);
});
