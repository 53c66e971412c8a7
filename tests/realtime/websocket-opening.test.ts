import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  call,
  createRoom,
  openSocket,
  signUp,
  wrapSocket,
  type Account,
  type Frame,
  type TestSocket,
} from '../support/client.ts';
import { handshake } from '../support/handshake.ts';
import { exchange } from '../support/raw.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce, until } from '../support/until.ts';

const server = shareServer();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const typesOf = (frames: readonly Frame[]) => frames.map((frame) => String(frame['type']));
const durable = (frames: readonly Frame[]) => frames.filter((frame) => 'actor' in frame);
const seqsOf = (frames: readonly Frame[]) => durable(frames).map((frame) => Number(frame['seq']));
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

const isOpen = (socket: TestSocket) => socket.ws.readyState === socket.ws.OPEN;

/** Sends messages over HTTP, one after the other. */
async function sendAll(by: Account, roomId: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await call(server, 'POST', `/rooms/${roomId}/messages`, { token: by.token, body: { text } });
  }
}

describe('opening a socket', () => {
  it('joins a public room and includes its own member.joined in head', async () => {
    const [ana, bo] = [await signUp(server, 'Ana joins'), await signUp(server, 'Bo joins')];
    const room = await createRoom(server, ana.token, 'joining');
    const socket = await openSocket(server, bo.token, room.id);
    const welcome = await socket.next('welcome');
    expect(welcome['head']).toBe(room.lastSeq + 1);
    expect(welcome['room']).toMatchObject({ role: 'member', memberCount: 2, lastSeq: 3 });
    await socket.next('live');
    expect(seqsOf(socket.frames)).toEqual([]);
    const { body } = await call<{ users: Frame[] }>(server, 'GET', `/rooms/${room.id}/users`, {
      token: ana.token,
    });
    expect(body.users).toMatchObject([
      { name: 'Ana joins', role: 'owner', online: false },
      { name: 'Bo joins', role: 'member', online: true },
    ]);
  });

  it('is rejected with the same security headers as any request', async () => {
    const { token } = await signUp(server, 'Ana strict');
    const http = await fetch(`${server.url}/users/me`);
    const securityHeaders = [...http.headers.keys()].filter((name) =>
      /^(content-security-policy|x-|cross-origin|referrer)/.test(name),
    );
    expect(securityHeaders).toContain('x-content-type-options');
    for (const path of ['/ws/chat/nothing', `/ws/chat/nothing?token=${token}`]) {
      const refused = await exchange(server, handshake(path));
      expect(refused.status).toBe(path.includes('token') ? 404 : 401);
      for (const name of securityHeaders) {
        expect(refused.headers.get(name)).toBe(http.headers.get(name));
      }
    }
  });

  it('joins only once', async () => {
    const ana = await signUp(server, 'Ana again');
    const room = await createRoom(server, ana.token, 'again');
    for (let i = 0; i < 2; i += 1) {
      const socket = await openSocket(server, ana.token, room.id);
      expect((await socket.next('welcome'))['head']).toBe(2);
      await socket.close();
    }
  });

  it('sends a welcome that lists who is online, then live', async () => {
    const [ana, bo] = [await signUp(server, 'Ana there'), await signUp(server, 'Bo there')];
    const room = await createRoom(server, ana.token, 'there');
    const first = await openSocket(server, ana.token, room.id);
    await first.next('live');
    const socket = await openSocket(server, bo.token, room.id);
    await socket.next('live');
    expect(typesOf(socket.frames)).toEqual(['welcome', 'live']);
    const [welcome, live] = socket.frames;
    const { email: _a, hasPassword: _ap, mailSummaries: _am, ...anaAsUser } = ana.user;
    const { email: _b, hasPassword: _bp, mailSummaries: _bm, ...boAsUser } = bo.user;
    expect(welcome).toEqual({
      type: 'welcome',
      room: expect.objectContaining({ id: room.id, name: 'there', onlineCount: 2 }),
      me: boAsUser,
      online: expect.arrayContaining([anaAsUser, boAsUser]),
      head: 3,
      epoch: expect.stringMatching(/./),
    });
    expect(welcome!['online']).toHaveLength(2);
    expect(live).toEqual({ type: 'live', seq: 3 });
  });

  it('keeps no reference to its request', async () => {
    const ana = await signUp(server, 'Ana light');
    const room = await createRoom(server, ana.token, 'light');
    const requests: WeakRef<IncomingMessage>[] = [];
    const note = (request: IncomingMessage) => requests.push(new WeakRef(request));
    server.app.server.on('upgrade', note);
    const sockets: TestSocket[] = [];
    for (let i = 0; i < 10; i += 1) {
      sockets.push(await openSocket(server, ana.token, room.id));
      await sockets[i]!.next('live');
    }
    server.app.server.off('upgrade', note);
    const held = () => requests.filter((request) => request.deref() !== undefined).length;
    expect(requests).toHaveLength(10);
    // The parser may still reference the last one.
    while (held() > 1) {
      await nextTurn();
      collectGarbage();
    }
    expect(sockets.every(isOpen)).toBe(true);
  });

  it('works through injectWS as through a real socket', async () => {
    const ana = await signUp(server, 'Ana injected');
    const room = await createRoom(server, ana.token, 'injected');
    let socket: ReturnType<typeof wrapSocket> | undefined;
    const path = `/ws/chat/${room.id}?token=${ana.token}&after=0`;
    const options = { headers: { host: 'here' }, rawHeaders: [] };
    await server.app.injectWS(path, options, { onInit: (ws) => (socket = wrapSocket(ws)) });
    await socket!.next('live');
    expect(typesOf(socket!.frames)).toEqual(['welcome', 'room.created', 'member.joined', 'live']);
    expect(await socket!.ask({ type: 'send', text: 'hi' })).toMatchObject({ type: 'ack', seq: 3 });
    await socket!.close();
  });
});

describe('with after', () => {
  const texts = range(1, 7).map((n) => `message ${n}`);

  async function roomWithHistory(name: string) {
    const ana = await signUp(server, `Ana of ${name}`);
    const room = await createRoom(server, ana.token, name);
    await sendAll(ana, room.id, texts);
    return { ana, room, head: 2 + texts.length };
  }

  it('replays exactly the events after it, then goes live', async () => {
    const { ana, room, head } = await roomWithHistory('replay');
    for (const after of range(0, head)) {
      const socket = await openSocket(server, ana.token, room.id, { after });
      expect(await socket.next('live')).toEqual({ type: 'live', seq: head });
      expect(seqsOf(socket.frames)).toEqual(range(after + 1, head));
      expect(typesOf(socket.frames).slice(0, 1)).toEqual(['welcome']);
      expect(typesOf(socket.frames)).not.toContain('reset');
      await socket.close();
    }
  });

  it('replays the same events that were delivered live', async () => {
    const ana = await signUp(server, 'Ana live');
    const bo = await signUp(server, 'Bo live');
    const room = await createRoom(server, ana.token, 'live and replayed');
    const live = await openSocket(server, ana.token, room.id);
    await live.next('live');
    await openSocket(server, bo.token, room.id);
    await sendAll(bo, room.id, ['one', '¡dos! 👋 漢字', '  3\n\t']);
    while ((await live.next('message.created'))['seq'] < 6);
    const replayed = await openSocket(server, ana.token, room.id, { after: 2 });
    await replayed.next('live');
    expect(durable(replayed.frames)).toEqual(durable(live.frames));
    expect(durable(live.frames)).toHaveLength(4);
  });

  it('replays more than a page while more is sent', async () => {
    const ana = await signUp(server, 'Ana of pages');
    const bo = await signUp(server, 'Bo of pages');
    const room = await createRoom(server, ana.token, 'pages');
    const writer = await openSocket(server, ana.token, room.id);
    const sendMany = (what: string, count: number) =>
      sendAtOnce(
        writer,
        range(1, count).map((n) => ({ type: 'send', text: `${what} ${n}` })),
      );
    await sendMany('old', 1200);
    const reader = await openSocket(server, bo.token, room.id, { after: 0 });
    await sendMany('new', 300);
    const head = 2 + 1200 + 1 + 300;
    await until(reader, () => seqsOf(reader.frames).length >= head);
    await reader.ask({ type: 'ping' });
    expect(seqsOf(reader.frames)).toEqual(range(1, head));
    expect(typesOf(reader.frames).filter((type) => type === 'live')).toHaveLength(1);
  });

  it.each([
    ['past the head', (head: number) => ({ after: head + 1 })],
    ['of another database', (head: number) => ({ after: head - 3, epoch: 'another' })],
    ['of another database, at 0', () => ({ after: 0, epoch: 'another' })],
  ])('%s causes a reset, then goes live', async (name, options) => {
    const { ana, room, head } = await roomWithHistory(name);
    const socket = await openSocket(server, ana.token, room.id, options(head));
    await socket.next('live');
    expect(typesOf(socket.frames)).toEqual(['welcome', 'reset', 'live']);
    expect(socket.frames.slice(1)).toEqual([
      { type: 'reset', head },
      { type: 'live', seq: head },
    ]);
    await sendAll(ana, room.id, ['after the reset']);
    expect(await socket.next('message.created')).toMatchObject({ seq: head + 1 });
  });

  it('and the current epoch replays as without epoch', async () => {
    const { ana, room, head } = await roomWithHistory('own epoch');
    const first = await openSocket(server, ana.token, room.id);
    const { epoch } = (await first.next('welcome')) as { epoch: string };
    const socket = await openSocket(server, ana.token, room.id, { after: head - 2, epoch });
    await socket.next('live');
    expect(seqsOf(socket.frames)).toEqual([head - 1, head]);
  });
});

describe('a socket that opens while its session ends or its user leaves', () => {
  it('does not outlive a logout', async () => {
    for (let round = 0; round < 8; round += 1) {
      const ana = await signUp(server, `Ana logs out ${round}`);
      const room = await createRoom(server, ana.token, `logout ${round}`);
      const openings = range(1, 8).map(async () =>
        openSocket(server, ana.token, room.id).catch(() => null),
      );
      const logout = call(server, 'POST', '/auth/logout', { token: ana.token });
      const sockets = await Promise.all(openings);
      await logout;
      const opened = sockets.filter((socket) => socket !== null);
      await expect
        .poll(() => opened.filter(isOpen).length, { message: `round ${round}`, timeout: 2000 })
        .toBe(0);
      const codes = await Promise.all(opened.map(async (socket) => (await socket.closed).code));
      expect(codes).toEqual(opened.map(() => 4002));
    }
  });

  it('does not outlive a leave', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [ana, bo] = [await signUp(server, `Ana ${round}`), await signUp(server, `Bo ${round}`)];
      const room = await createRoom(server, ana.token, `leave ${round}`);
      await call(server, 'POST', `/rooms/${room.id}/join`, { token: bo.token });
      const openings = range(1, 6).map(async () => openSocket(server, bo.token, room.id));
      await call(server, 'POST', `/rooms/${room.id}/leave`, { token: bo.token });
      const sockets = await Promise.all(openings);
      const { body } = await call<Frame>(server, 'GET', `/rooms/${room.id}`, { token: bo.token });
      // Opening after the leave joins again. Otherwise no socket may stay open.
      if (body['role'] === null) {
        await expect
          .poll(() => sockets.filter(isOpen).length, { message: `round ${round}`, timeout: 2000 })
          .toBe(0);
      }
      await Promise.all(sockets.map(async (socket) => socket.close()));
    }
  });
});
