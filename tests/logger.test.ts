import { describe, expect, it } from 'vitest';
import { createLogger, withoutToken } from '../src/logger.ts';
import { call, generalRoom, openSocket, openStream, signUp } from './support/client.ts';
import { exchange } from './support/raw.ts';
import { startServer } from './support/server.ts';

it('never logs a token or a password, however much it logs', async () => {
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
  // In a query, however its name is written, wherever it leads.
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
  // Nor a part of it that would be enough: the payload or the signature.
  for (const part of token.split('.').slice(1)) expect(log).not.toContain(part);
});

describe('a query', () => {
  it.each([
    ['/ws/chat/x?token=secret', '/ws/chat/x?token=…'],
    ['/ws/chat/x?after=5&token=secret&epoch=1', '/ws/chat/x?after=5&token=…&epoch=1'],
    ['/x?%74oken=secret', '/x?%74oken=…'],
    ['/x?Token=secret', '/x?Token=…'],
    ['/x?token=a&token=b', '/x?token=…&token=…'],
    ['/x?token=a=b==', '/x?token=…'],
    ['/x?token=', '/x?token=…'],
    ['/?setup=secret', '/?setup=…'],
    ['/?a=1&%53etup=secret', '/?a=1&%53etup=…'],
    ['/x?%zz=1&token=secret', '/x?%zz=1&token=…'],
    ['/x?to+ken=1', '/x?to+ken=1'],
    ['/x?tokens=1', '/x?tokens=1'],
    ['/token=1', '/token=1'],
    ['/x', '/x'],
  ])('is logged without the token in it: %s', (url, logged) => {
    expect(withoutToken(url)).toBe(logged);
  });
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
    req: { method: 'GET', url: '/rooms?query=a', remoteAddress: '127.0.0.1' },
  });
  expect(entries.filter(({ res }) => res)).toMatchObject([{ res: { statusCode: 401 } }]);
  // Those who watch the server ask every few seconds: that is no news.
  expect(JSON.stringify(entries)).not.toContain('/health');
});

it('logs nothing below its level', () => {
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => lines.push(line) });
  logger.info('quiet');
  logger.warn('loud');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['loud']);
});
