import { readdirSync, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { oldestNode } from '../src/package.ts';
import { runMain, startChild } from './support/child.ts';
import { call, createRoom, openSocket, openStream, signUp, type Frame } from './support/client.ts';
import { download, linkTo, PIXEL, uploaded } from './support/files.ts';
import { temporaryFolder } from './support/server.ts';

it('does not start with an invalid variable, and prints a line that names it', async () => {
  const child = runMain({ PORT: '70000', DATA_DIR: temporaryFolder() });
  expect(await child.exited).toEqual({ code: 1, signal: null });
  expect(child.stderr).toEqual([expect.stringMatching(/^Charla cannot start: PORT=70000 /)]);
  expect(child.stdout).toEqual([]);
});

/** The command that runs the sources on a Node that claims to be another version. */
function asOnNode(version: string): string[] {
  const code = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const pretend = `data:text/javascript,${encodeURIComponent(code)}`;
  return [process.execPath, '--import', pretend, 'src/main.ts'];
}

it.each(['12.22.12', '22.17.1'])(
  'does not start on Node %s, loads nothing, and prints which version it needs',
  async (version) => {
    const dataDir = temporaryFolder();
    const child = runMain({ DATA_DIR: dataDir }, asOnNode(version));
    expect(await child.exited).toEqual({ code: 1, signal: null });
    expect(child.stderr).toEqual([
      `Charla cannot start: it needs Node.js ${oldestNode} or newer, and this is ${version}`,
    ]);
    expect(child.stdout).toEqual([]);
    expect(readdirSync(dataDir)).toEqual([]);
  },
);

it.each(['22.18.0', '100.1.0'])('starts on Node %s', async (version) => {
  const child = runMain({ PORT: 'no number' }, asOnNode(version));
  await child.exited;
  expect(child.stderr).toEqual([expect.stringMatching(/^Charla cannot start: PORT=/)]);
});

it('completes accepted requests at SIGTERM, closes every socket with 1012, and exits with 0', async () => {
  // Far longer than a test may take: nothing may wait for SHUTDOWN_MS, or for half of it.
  const server = await startChild({ SHUTDOWN_MS: '600000' });
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'room');
  const sockets = await Promise.all([1, 2].map(async () => openSocket(server, ana.token, room.id)));
  for (const socket of sockets) await socket.next('live');
  const stream = await fetch(`${server.url}/notifications?token=${ana.token}`);
  const streamEnds = stream.text();
  // Two connections that are only held open: one without a request, one with half a request.
  const { hostname, port } = new URL(server.url);
  const idlers = ['', 'GET /health HTTP/1.1\r\nHost:'].map((bytes) => {
    const tcp = connect(Number(port), hostname, () => tcp.write(bytes));
    onTestFinished(() => void tcp.destroy());
    return tcp.on('error', () => {});
  });
  await Promise.all(idlers.map(async (tcp) => once(tcp, 'ready')));
  for (let n = 0; n < 200; n += 1) sockets[0]!.send({ type: 'send', text: `${n}`, ref: `${n}` });
  await sockets[0]!.next('message.created');
  server.kill('SIGTERM');
  for (const socket of sockets) expect(await socket.closed).toMatchObject({ code: 1012 });
  expect(await streamEnds).toContain('event: live');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr).toEqual([]);

  expect(readdirSync(server.dataDir).filter((name) => name.endsWith('-wal'))).toEqual([]);
  const file = new SqliteDatabase(join(server.dataDir, 'charla.db'), { readonly: true });
  const kept = file.prepare('select seq, text from messages order by seq').all();
  file.close();
  const acked = sockets[0]!.frames.filter((frame) => frame['type'] === 'ack');
  expect(acked.map((ack) => ({ seq: Number(ack['seq']), text: String(ack['ref']) }))).toEqual(kept);
  expect(acked.length).toBeGreaterThan(0);
});

it('keeps everything that was acked after kill -9, and its tokens and cursors remain valid', async () => {
  const server = await startChild();
  const ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  const room = await createRoom(server, ana.token, 'room');
  const stream = openStream(server, bo.token);
  await stream.next('live');
  const a = await openSocket(server, ana.token, room.id);
  const { epoch } = await a.next('welcome');
  await openSocket(server, bo.token, room.id);
  for (let n = 0; n < 500; n += 1) a.send({ type: 'send', text: `${n}`, ref: `${n}` });
  // In the middle, while acks are on their way.
  await a.next('ack');
  server.kill('SIGKILL');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await a.closed;
  const acked = a.frames.filter((frame) => frame['type'] === 'ack');
  const seen = a.frames.filter((frame) => frame['type'] === 'message.created');

  const again = await startChild({ DATA_DIR: server.dataDir });
  const { body } = await call<{ rooms: Frame[] }>(again, 'GET', '/rooms?scope=mine', {
    token: bo.token,
  });
  expect(body.rooms).toMatchObject([{ id: room.id, memberCount: 2 }]);
  const back = await openSocket(again, bo.token, room.id, { after: 3, epoch: String(epoch) });
  expect((await back.next('welcome'))['epoch']).toBe(epoch);
  const { seq: head } = await back.next('live');
  const replayed = back.frames.filter((frame) => frame['type'] === 'message.created');
  expect(replayed.map((frame) => frame['seq'] as number)).toEqual(
    Array.from({ length: (head as number) - 3 }, (_, i) => i + 4),
  );
  const bySeq = new Map(replayed.map((frame) => [frame['seq'] as number, frame]));
  for (const ack of acked)
    expect(bySeq.get(ack['seq'] as number)!['message'].text).toBe(ack['ref']);
  for (const frame of seen) expect(bySeq.get(frame['seq'] as number)).toEqual(frame);
  expect(back.frames.some((frame) => frame['type'] === 'reset')).toBe(false);
  const login = await call<Frame>(again, 'POST', '/auth/login', {
    body: { email: ana.email, password: ana.password },
  });
  expect(login.status).toBe(200);
});

/** The command of `npm run dev`. */
function devCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: { dev: string };
  };
  const [node, ...args] = scripts.dev.split(' ');
  expect(node).toBe('node');
  return [process.execPath, ...args];
}

it('starts with `npm run dev`, makes its files private, logs no token, and does not share its port with a second server', async () => {
  const server = await startChild({ LOG_LEVEL: 'debug' }, devCommand());
  expect((await call(server, 'GET', '/ready')).status).toBe(200);
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'room');
  const file = await uploaded(server, ana.token, room.id, PIXEL);
  const names = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' });
  expect(names).toEqual(expect.arrayContaining(['charla.db', 'charla.db-wal', 'jwt-secret']));
  expect(names).toContain(`files/${file.id.slice(0, 2)}/${file.id}.thumbnail`);
  for (const name of names) {
    const stats = statSync(join(server.dataDir, name));
    expect([name, stats.mode & 0o777]).toEqual([name, stats.isDirectory() ? 0o700 : 0o600]);
  }

  const socket = await openSocket(server, ana.token, room.id);
  await socket.ask({ type: 'auth', token: ana.token });
  await openStream(server, ana.token).next('live');
  await call(server, 'GET', `/nowhere?token=${ana.token}`, { token: ana.token });
  await call(server, 'GET', `/users/me?token=${ana.token}x`);
  const { body: link } = await linkTo(server, ana.token, file.id);
  expect((await download(server, link.url)).status).toBe(200);
  const log = [...server.stdout, ...server.stderr].join('\n');
  expect(log).toContain('/ws/chat/');
  expect(log).not.toContain(ana.token.slice(-20));
  expect(log).not.toContain(ana.password);
  expect(log).not.toContain(link.url.slice(-20));

  const second = runMain({ PORT: new URL(server.url).port, DATA_DIR: temporaryFolder() });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr.join('\n')).toMatch(/Charla cannot start: .*EADDRINUSE/);
  const foreign = { DATA_DIR: temporaryFolder(), FILES_DIR: join(server.dataDir, 'files') };
  const third = runMain({ PORT: '0', ...foreign });
  expect(await third.exited).toEqual({ code: 1, signal: null });
  expect(third.stderr.join('\n')).toMatch(/Charla cannot start: FILES_DIR=.* of another database/);
});
