import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, openSocket, openStream, type Frame } from '../support/client.ts';
import { peopleOn } from '../support/people.ts';
import { readStream } from '../support/raw-stream.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer({ ALLOWED_ORIGINS: 'https://a.example' });
const { person, room, join, leave, send, liveSocket, liveStream } = peopleOn(server);

const withId = (block: string) => block.includes('\nid: ');
const typeOf = (block: string) => /^event: (\S+)/.exec(block)![1]!;

describe('the stream', () => {
  it.each([
    ['the query', (token: string) => [`?token=${token}`, {}] as const],
    ['the header', (token: string) => ['', { authorization: `Bearer ${token}` }] as const],
  ])(
    'opens with a token in %s: headers, retry, ready with a cursor, live',
    async (_, credentialsOf) => {
      const ana = await person('Ana');
      const [query, headers] = credentialsOf(ana.token);
      const { response, text } = await readStream(server, query, headers, 'live"}');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('x-accel-buffering')).toBe('no');
      expect(text).toMatch(
        /^retry: \d+\n\nevent: ready\nid: (\S+)\ndata: \{"type":"ready"\}\n\nevent: live\ndata: \{"type":"live"\}\n\n/,
      );
    },
  );

  it('delivers the events of its user’s rooms, as a socket does, and of no others', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [ours, theirs] = [await room(ana), await room(bo)];
    const stream = await liveStream(ana);
    const a = await liveSocket(ana, ours.id);
    const b = await openSocket(server, bo.token, ours.id);
    await send(bo, theirs.id, 'not for Ana');
    await b.ask({ type: 'send', text: '¡Hola!\n👋' });
    await leave(bo, ours.id);
    await stream.next('presence.left');
    const received = stream.events.filter((event) => 'roomId' in event && !isCreation(event));
    expect(received.map((event) => String(event['type']))).toEqual([
      'member.joined',
      'presence.joined',
      'message.created',
      'member.left',
      'presence.left',
    ]);
    expect(new Set(received.map((event) => String(event['roomId'])))).toEqual(new Set([ours.id]));
    await a.next('presence.left');
    expect(received).toMatchObject(a.frames.filter((frame) => 'roomId' in frame));
  });

  it('gives durable events an id, and ephemeral events none', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const read = readStream(server, `?token=${ana.token}`, {}, 'the end');
    await liveStream(ana);
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

  it('delivers every new public room to everybody', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const stream = await liveStream(bo);
    const made = await room(ana);
    expect(await stream.next('room.created')).toMatchObject({
      roomId: made.id,
      seq: 1,
      room: { id: made.id, name: made.name, kind: 'public' },
    });
  });

  it('delivers a newly joined room from its member.joined on', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const stream = await liveStream(bo);
    await send(ana, ours.id, 'before');
    await join(bo, ours.id);
    await send(ana, ours.id, 'after');
    await stream.next('message.created');
    const received = stream.events.filter((event) => event['roomId'] === ours.id);
    expect(received).toMatchObject([
      { type: 'member.joined', user: { id: bo.user.id } },
      { type: 'message.created', message: { text: 'after' } },
    ]);
  });

  it('delivers its user’s departure, and then nothing further of that room', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [left, kept] = [await room(ana), await room(ana)];
    await join(bo, left.id);
    await join(bo, kept.id);
    const stream = await liveStream(bo);
    await leave(bo, left.id);
    await send(ana, left.id, 'after Bo has left');
    await liveSocket(ana, left.id);
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

  it('never delivers typing', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const ours = await room(ana);
    const stream = await liveStream(ana);
    const a = await liveSocket(ana, ours.id);
    const b = await openSocket(server, bo.token, ours.id);
    b.send({ type: 'typing' });
    await a.next('typing');
    await b.ask({ type: 'send', text: 'done' });
    await stream.next('message.created');
    expect(stream.events.some((event) => event['type'] === 'typing')).toBe(false);
  });

  it('is independent of its user’s other streams and sockets', async () => {
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
    const { body } = await fetch(`${server.url}/notifications?token=${ana.token}`);
    let text = '';
    let loggedOut: Promise<unknown> | null = null;
    // The server ends the stream, and with it the loop.
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes('event: live'))
        loggedOut ??= call(server, 'POST', '/auth/logout', { token: ana.token });
    }
    expect(loggedOut).not.toBeNull();
    await loggedOut;
    expect((await readStream(server, `?token=${ana.token}`, {}, '}')).response.status).toBe(401);
  });
});

const refusal = async (query: string, headers: Record<string, string> = {}) =>
  call<Frame>(server, 'GET', `/notifications${query}`, { headers });

describe('opening a stream', () => {
  it.each([
    ['no token', '', 'token_missing'],
    ['an empty token', '?token=', 'token_missing'],
    ['an invalid token', '?token=x', 'token_invalid'],
  ])('is rejected with %s', async (_, query, code) => {
    const { status, body } = await refusal(query);
    expect([status, body['code']]).toEqual([401, code]);
  });

  it('is rejected for pages of other sites, except those in ALLOWED_ORIGINS', async () => {
    const ana = await person('Ana');
    const query = `?token=${ana.token}`;
    const { status, body } = await refusal(query, { origin: 'https://evil.example' });
    expect([status, body['code']]).toEqual([403, 'forbidden']);
    for (const origin of [server.url, 'https://a.example']) {
      const { response } = await readStream(server, query, { origin }, 'live"}');
      expect(response.status).toBe(200);
      // Without this header, a browser would not let a page of another site read the stream.
      const allowed = response.headers.get('access-control-allow-origin');
      expect(allowed).toBe(origin === server.url ? null : origin);
    }
  });

  it('does not outlive a concurrent logout', async () => {
    for (let round = 0; round < 8; round += 1) {
      const ana = await person('Ana');
      let open = 8;
      const reads = Array.from({ length: open }, async () =>
        readStream(server, `?token=${ana.token}`, {}, 'never said').finally(() => (open -= 1)),
      );
      await call(server, 'POST', '/auth/logout', { token: ana.token });
      // Each ends: rejected with 401, or opened and closed.
      await expect.poll(() => open, { message: `round ${round}`, timeout: 2000 }).toBe(0);
      await Promise.all(reads);
    }
  });
});

const isCreation = (event: Frame) => event['type'] === 'room.created';

it('responds to HEAD with headers only', async () => {
  const ana = await person('Ana');
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `HEAD /notifications?token=${ana.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  let response = '';
  for await (const chunk of socket) {
    response += String(chunk);
    if (/\r\n\r\n[^]/.test(response)) break;
  }
  expect(response).toMatch(/^HTTP\/1\.1 \d+ [^]*\r\n\r\n$/);
});
