import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer({ ALLOWED_ORIGINS: 'https://a.example' });
let people = 0;

const person = async (name: string) => signUp(server, `${name} ${(people += 1)}`);
const room = async (owner: Account) => createRoom(server, owner.token, `room ${(people += 1)}`);
const join = async (who: Account, roomId: string) =>
  call(server, 'POST', `/rooms/${roomId}/join`, { token: who.token });
const leave = async (who: Account, roomId: string) =>
  call(server, 'POST', `/rooms/${roomId}/leave`, { token: who.token });
const send = async (who: Account, roomId: string, text: string) =>
  call(server, 'POST', `/rooms/${roomId}/messages`, { token: who.token, body: { text } });

/** The bytes of a stream as curl would show them, until they say `end`. */
async function readRaw(
  query: string,
  headers: Record<string, string>,
  end: string,
): Promise<{ response: Response; text: string }> {
  const aborter = new AbortController();
  onTestFinished(() => aborter.abort());
  const response = await fetch(`${server.url}/notifications${query}`, {
    headers,
    signal: aborter.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(end)) break;
  }
  return { response, text };
}

const withId = (block: string) => block.includes('\nid: ');
const typeOf = (block: string) => /^event: (\S+)/.exec(block)![1]!;

describe('the stream', () => {
  it.each([
    ['the query', (token: string) => [`?token=${token}`, {}] as const],
    ['the header', (token: string) => ['', { authorization: `Bearer ${token}` }] as const],
  ])('opens with a token in %s: headers, retry, ready with a cursor, live', async (_, ask) => {
    const ana = await person('Ana');
    const [query, headers] = ask(ana.token);
    const { response, text } = await readRaw(query, headers, 'live"}');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(text).toMatch(
      /^retry: \d+\n\nevent: ready\nid: (\S+)\ndata: \{"type":"ready"\}\n\nevent: live\ndata: \{"type":"live"\}\n\n/,
    );
  });

  it('tells of the rooms that one belongs to, as a socket does, and of no others', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [ours, theirs] = [await room(ana), await room(bo)];
    const stream = openStream(server, ana.token);
    await stream.next('live');
    const a = await openSocket(server, ana.token, ours.id);
    await a.next('live');
    const b = await openSocket(server, bo.token, ours.id);
    await send(bo, theirs.id, 'not for Ana');
    await b.ask({ type: 'send', text: '¡Hola!\n👋' });
    await leave(bo, ours.id);
    await stream.next('presence.left');
    const told = stream.events.filter((event) => 'roomId' in event && !isCreation(event));
    expect(told.map((event) => String(event['type']))).toEqual([
      'member.joined',
      'presence.joined',
      'message.created',
      'member.left',
      'presence.left',
    ]);
    expect(new Set(told.map((event) => String(event['roomId'])))).toEqual(new Set([ours.id]));
    await a.next('presence.left');
    expect(told).toMatchObject(a.frames.filter((frame) => 'roomId' in frame));
  });

  it('gives numbered events an id, and passing ones none of their own', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const read = readRaw(`?token=${ana.token}`, {}, 'the end');
    await openStream(server, ana.token).next('live');
    const b = await openSocket(server, bo.token, ours.id);
    await b.ask({ type: 'send', text: 'the end' });
    const { text } = await read;
    const blocks = text.split('\n\n').filter((block) => block.startsWith('event: '));
    for (const block of blocks) {
      expect(withId(block), block).toBe(
        ['ready', 'member.joined', 'message.created', 'room.created'].includes(typeOf(block)),
      );
    }
    expect(blocks.map(typeOf)).toEqual(
      expect.arrayContaining(['member.joined', 'presence.joined', 'message.created']),
    );
  });

  it('tells everybody of every new public room', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const stream = openStream(server, bo.token);
    await stream.next('live');
    const made = await room(ana);
    expect(await stream.next('room.created')).toMatchObject({
      roomId: made.id,
      seq: 1,
      room: { id: made.id, name: made.name, kind: 'public' },
    });
  });

  it('tells of a room that is joined meanwhile, from the member.joined on', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const stream = openStream(server, bo.token);
    await stream.next('live');
    await send(ana, ours.id, 'before');
    await join(bo, ours.id);
    await send(ana, ours.id, 'after');
    await stream.next('message.created');
    const told = stream.events.filter((event) => event['roomId'] === ours.id);
    expect(told).toMatchObject([
      { type: 'member.joined', user: { id: bo.user.id } },
      { type: 'message.created', message: { text: 'after' } },
    ]);
  });

  it('tells of the own leaving, and then no more of that room', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [left, kept] = [await room(ana), await room(ana)];
    await join(bo, left.id);
    await join(bo, kept.id);
    const stream = openStream(server, bo.token);
    await stream.next('live');
    await leave(bo, left.id);
    await send(ana, left.id, 'behind the back');
    const a = await openSocket(server, ana.token, left.id);
    await a.next('live');
    await send(ana, kept.id, 'in the other');
    await stream.next('message.created');
    expect(stream.events.filter((event) => event['roomId'] === left.id)).toMatchObject([
      { type: 'member.left', reason: 'left', user: { id: bo.user.id } },
    ]);
    await join(bo, left.id);
    await send(ana, left.id, 'welcome back');
    expect(await stream.next('message.created')).toMatchObject({
      message: { text: 'welcome back' },
    });
  });

  it('never tells that somebody is typing', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const stream = openStream(server, ana.token);
    await stream.next('live');
    const a = await openSocket(server, ana.token, ours.id);
    await a.next('live');
    const b = await openSocket(server, bo.token, ours.id);
    b.send({ type: 'typing' });
    await a.next('typing');
    await b.ask({ type: 'send', text: 'done' });
    await stream.next('message.created');
    expect(stream.events.some((event) => event['type'] === 'typing')).toBe(false);
  });

  it('is apart from the other streams and the sockets of its user', async () => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    const second = openStream(server, ana.token);
    const socket = await openSocket(server, ana.token, ours.id);
    await Promise.all([first.next('live'), second.next('live'), socket.next('live')]);
    first.close();
    await socket.close();
    await send(ana, ours.id, 'still heard');
    expect((await second.next('message.created'))['message'].text).toBe('still heard');
  });

  it('ends when its session logs out, and cannot be opened again', async () => {
    const ana = await person('Ana');
    const ended = readRaw(`?token=${ana.token}`, {}, 'never said');
    await openStream(server, ana.token).next('live');
    await call(server, 'POST', '/auth/logout', { token: ana.token });
    expect((await ended).text).toContain('event: live');
    expect((await readRaw(`?token=${ana.token}`, {}, '}')).response.status).toBe(401);
  });
});

const refusal = async (query: string, headers: Record<string, string> = {}) =>
  call<Frame>(server, 'GET', `/notifications${query}`, { headers });

describe('opening is refused', () => {
  it.each([
    ['without a token', '', 'token_missing'],
    ['with an empty one', '?token=', 'token_missing'],
    ['with a bad one', '?token=x', 'token_invalid'],
  ])('%s', async (_, query, code) => {
    const { status, body } = await refusal(query);
    expect([status, body['code']]).toEqual([401, code]);
  });

  it('to the pages of another site, and not to its own or those of ALLOWED_ORIGINS', async () => {
    const ana = await person('Ana');
    const query = `?token=${ana.token}`;
    const { status, body } = await refusal(query, { origin: 'https://evil.example' });
    expect([status, body['code']]).toEqual([403, 'forbidden']);
    for (const origin of [server.url, 'https://a.example']) {
      const { response } = await readRaw(query, { origin }, 'live"}');
      expect(response.status).toBe(200);
      // Without it a browser would not let the page of another site read the stream.
      const allowed = response.headers.get('access-control-allow-origin');
      expect(allowed).toBe(origin === server.url ? null : origin);
    }
  });

  it('does not outlive a logout that happens meanwhile', async () => {
    for (let round = 0; round < 8; round += 1) {
      const ana = await person('Ana');
      let open = 8;
      const reads = Array.from({ length: open }, async () =>
        readRaw(`?token=${ana.token}`, {}, 'never said').finally(() => (open -= 1)),
      );
      await call(server, 'POST', '/auth/logout', { token: ana.token });
      // Each ends: refused with 401, or opened and closed.
      await expect.poll(() => open, { message: `round ${round}`, timeout: 2000 }).toBe(0);
      await Promise.all(reads);
    }
  });
});

const isCreation = (event: Frame) => event['type'] === 'room.created';

it('answers a HEAD request with headers and nothing else', async () => {
  const ana = await person('Ana');
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `HEAD /notifications?token=${ana.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (/\r\n\r\n[^]/.test(answer)) break;
  }
  expect(answer).toMatch(/^HTTP\/1\.1 \d+ [^]*\r\n\r\n$/);
});
