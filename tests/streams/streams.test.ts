import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signUp,
  type Account,
  type At,
  type Frame,
} from '../support/client.ts';
import { shareServer, startServer } from '../support/server.ts';
import { sortedStatuses, times } from '../support/times.ts';

/* A room's log by the read part of the Durable Streams protocol. */

const streamTimes = { longPollMs: 1000, liveMs: 3000, heartbeatMs: 300 };
const server = shareServer({}, undefined, () => {}, { streamTimes });
/** One where nothing ends by itself before the test does. */
const PATIENT = { streamTimes: { longPollMs: 120_000, liveMs: 120_000, heartbeatMs: 120_000 } };
const patient = shareServer({}, undefined, () => {}, PATIENT);

interface Part {
  readonly status: number;
  readonly next: string;
  readonly isUpToDate: boolean;
  readonly headers: Headers;
  readonly events: Frame[];
}

const pathOf = (roomId: string, query: Record<string, string>) =>
  `/streams/rooms/${roomId}?${new URLSearchParams(query).toString()}`;

/** Reads a part of a room's log. */
async function read(
  at: At,
  token: string,
  roomId: string,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Part> {
  const answer = await call<Frame[]>(at, 'GET', pathOf(roomId, query), { token, headers });
  return {
    status: answer.status,
    next: answer.headers.get('stream-next-offset') ?? '',
    isUpToDate: answer.headers.get('stream-up-to-date') === 'true',
    headers: answer.headers,
    events: answer.body,
  };
}

/** Opens a live stream. `ended` resolves once it ends; `next` with its next event or comment. */
async function openLive(at: At, token: string, roomId: string, offset: string) {
  const response = await fetch(at.url + pathOf(roomId, { offset, live: 'sse' }), {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const seen: { type: string; data: Frame }[] = [];
  let wake = () => {};
  const note = (type: string, data: string) => {
    seen.push({ type, data: (data === '' ? {} : JSON.parse(data)) as Frame });
    wake();
  };
  const parser = createParser({
    onEvent: ({ event, data }) => note(event!, data),
    onComment: () => note('comment', ''),
  });
  const ended = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      parser.feed(chunk);
    }
  })();
  let at0 = 0;
  const next = async (type: string): Promise<Frame> => {
    for (;;) {
      for (; at0 < seen.length;) if (seen[at0++]!.type === type) return seen[at0 - 1]!.data;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { ended, next };
}

/** A room of somebody new. */
async function newRoom(name: string, visibility?: 'public' | 'private', at: At = server) {
  const ana = await signUp(at, `Ana of ${name}`);
  return { ana, room: await createRoom(at, ana.token, name, visibility) };
}

const say = ({ token }: Account, { id }: Room, text: string, at: At = server) =>
  postMessage(at, token, id, text);

describe('a read', () => {
  it('returns the log part after part, and says where its end is', async () => {
    const { ana, room } = await newRoom('Parts');
    await times(250, (i) => say(ana, room, `message ${i}`));
    const seqs: number[] = [];
    let offset = '-1';
    for (let isUpToDate = false; !isUpToDate;) {
      const part = await read(server, ana.token, room.id, { offset });
      expect(part.status).toBe(200);
      expect(part.next > offset).toBe(true);
      seqs.push(...part.events.map(({ seq }) => seq as number));
      [offset, isUpToDate] = [part.next, part.isUpToDate];
    }
    expect(seqs).toEqual(Array.from({ length: 252 }, (_, i) => i + 1));
    const end = await read(server, ana.token, room.id, { offset });
    expect(end).toMatchObject({ events: [], next: offset, isUpToDate: true });
    const head = await call(server, 'HEAD', pathOf(room.id, {}), { token: ana.token });
    expect(head.headers.get('stream-next-offset')).toBe(offset);
    const { body } = await call<{ events: Frame[] }>(
      server,
      'GET',
      `/rooms/${room.id}/events?after=250`,
      { token: ana.token },
    );
    const tail = await read(server, ana.token, room.id, { offset: offset.replace('252', '250') });
    expect(tail.events).toEqual(body.events);
  });

  it('rejects an offset that is not one, and says with 410 that there is none like it', async () => {
    const { ana, room } = await newRoom('Offsets');
    const { next } = await read(server, ana.token, room.id);
    const refused = async (query: Record<string, string> | string) => {
      const path =
        typeof query === 'string' ? `/streams/rooms/${room.id}?${query}` : pathOf(room.id, query);
      const { status, body } = await call<Frame>(server, 'GET', path, { token: ana.token });
      expect(body).toMatchObject({ statusCode: status, code: 'validation_failed' });
      return status;
    };
    for (const offset of ['', '0', '-2', '-1,-1', 'NOW', 'a b', `${next}0`, next.slice(1, -1)])
      expect(await refused({ offset }), offset).toBe(400);
    expect(await refused('offset=-1&offset=-1')).toBe(400);
    expect(await refused({ live: 'sse' })).toBe(400);
    expect(await refused({ live: 'long-poll' })).toBe(400);
    expect(await refused({ live: 'yes', offset: '-1' })).toBe(400);
    const [epoch] = next.split('_');
    expect(await refused({ offset: `${epoch}_0000000000000099` })).toBe(410);
    expect(await refused({ offset: `${epoch}_0000000000000099`, live: 'sse' })).toBe(410);
    expect(await refused({ offset: `another_0000000000000001` })).toBe(410);
  });

  it('is sent again where an event in it has changed since, and only then', async () => {
    const { ana, room } = await newRoom('Edits');
    const { body: message } = await say(ana, room, 'the first text');
    const offset = (await read(server, ana.token, room.id)).next.replace(/\d$/, '2');
    const first = await read(server, ana.token, room.id, { offset });
    const known = { 'if-none-match': first.headers.get('etag')! };
    const again = await read(server, ana.token, room.id, { offset }, known);
    expect(again).toMatchObject({ status: 304, next: first.next, isUpToDate: true });
    const path = `/rooms/${room.id}/messages/${message.seq}`;
    await call(server, 'DELETE', path, { token: ana.token });
    const later = await read(server, ana.token, room.id, { offset }, known);
    expect(later.status).toBe(200);
    expect(JSON.stringify(later.events)).not.toContain('the first text');
    expect(later.headers.get('cache-control')).toBe('no-store');
  });

  it('requires the right to read the room, not membership', async () => {
    const [open, closed] = [await newRoom('Open'), await newRoom('Closed', 'private')];
    const bo = await signUp(server, 'Bo');
    expect((await read(server, bo.token, open.room.id)).events).toHaveLength(2);
    expect(await read(server, bo.token, closed.room.id)).toMatchObject({
      status: 404,
      events: { code: 'room_not_found' },
    });
    const { body: seen } = await call<Room>(server, 'GET', `/rooms/${open.room.id}`, bo);
    expect(seen.role).toBeNull();
    const ban = `/rooms/${open.room.id}/users/${bo.user.id}?ban=true`;
    await joinRoom(server, bo.token, open.room.id);
    await call(server, 'DELETE', ban, open.ana);
    expect(await read(server, bo.token, open.room.id)).toMatchObject({
      status: 403,
      events: { code: 'forbidden' },
    });
    expect(await call(server, 'GET', pathOf(open.room.id, {}))).toMatchObject({ status: 401 });
    const { body } = await call<{ ticket: string }>(server, 'POST', '/auth/ticket', open.ana);
    const withTicket = pathOf(open.room.id, { token: body.ticket });
    expect((await call(server, 'GET', withTicket)).status).toBe(200);
    expect((await call(server, 'GET', withTicket)).status).toBe(401);
  });

  it('is all there is: nothing is written here', async () => {
    const { ana, room } = await newRoom('Read only');
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
      const answer = await call<Frame>(server, method, pathOf(room.id, {}), { token: ana.token });
      expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
    }
  });
});

describe('a long poll', () => {
  it('returns what is there at once, then what comes', async () => {
    const { ana, room } = await newRoom('Polls', 'public', patient);
    const poll = (offset: string, cursor = '') =>
      read(patient, ana.token, room.id, { offset, live: 'long-poll', ...(cursor && { cursor }) });
    const first = await poll('-1');
    expect(first.events).toHaveLength(2);
    const waiting = poll(first.next, first.headers.get('stream-cursor')!);
    await say(ana, room, 'here', patient);
    const second = await waiting;
    expect(second.events).toMatchObject([{ seq: 3, message: { text: 'here' } }]);
    expect(Number(second.headers.get('stream-cursor'))).toBeGreaterThan(
      Number(first.headers.get('stream-cursor')),
    );
  });

  it('ends with 204 where nothing comes', async () => {
    const { ana, room } = await newRoom('Silence');
    const { next } = await read(server, ana.token, room.id);
    const query = { offset: 'now', live: 'long-poll' };
    expect(await read(server, ana.token, room.id, query)).toMatchObject({
      status: 204,
      next,
      isUpToDate: true,
      events: null,
    });
  });

  it('ends with the reason where its reader loses the right to read, or their session', async () => {
    const ana = await signUp(patient, 'Ana');
    const bo = await signUp(patient, 'Bo');
    const cleo = await signUp(patient, 'Cleo');
    const room = await createRoom(patient, ana.token, 'Rights');
    // One request: if it comes too late, it is rejected for the same reason.
    const poll = ({ token }: Account) =>
      read(patient, token, room.id, { offset: 'now', live: 'long-poll' });
    await joinRoom(patient, bo.token, room.id);
    const ended = [poll(bo), poll(cleo)] as const;
    // By the time of the third response, the polls of the others wait.
    await times(3, () => read(patient, ana.token, room.id));
    await call(patient, 'POST', '/auth/logout', cleo);
    expect((await ended[1]).events).toMatchObject({ code: 'session_revoked' });
    await call(patient, 'DELETE', `/rooms/${room.id}/users/${bo.user.id}?ban=true`, ana);
    expect((await ended[0]).events).toMatchObject({ code: 'forbidden' });
    const last = poll(ana);
    await times(3, () => read(patient, ana.token, room.id));
    await call(patient, 'DELETE', `/rooms/${room.id}`, ana);
    expect((await last).events).toMatchObject({ code: 'room_not_found' });
  });

  it('counts as a connection while it waits', async () => {
    const strict = await startServer({ MAX_CONNECTIONS_PER_USER: '2' }, () => {}, { streamTimes });
    const ana = await signUp(strict, 'Ana');
    const { id } = await createRoom(strict, ana.token, 'Limits');
    const poll = () => read(strict, ana.token, id, { offset: 'now', live: 'long-poll' });
    for (const round of ['at first', 'and again']) {
      expect(sortedStatuses(await times(3, poll)), round).toEqual([204, 204, 429]);
    }
  });
});

describe('a live stream', () => {
  it('sends what was missed, then what comes, each with the offset after it', async () => {
    const { ana, room } = await newRoom('Live');
    const stream = await openLive(server, ana.token, room.id, '-1');
    expect(await stream.next('data')).toHaveLength(2);
    const control = await stream.next('control');
    expect(control).toMatchObject({ upToDate: true, streamCursor: expect.stringMatching(/^\d+$/) });
    await stream.next('comment');
    await say(ana, room, 'line\nbreaks\r\nand \u2028 others');
    expect(await stream.next('data')).toMatchObject([
      { seq: 3, message: { text: 'line\nbreaks\r\nand \u2028 others' } },
    ]);
    const { streamNextOffset } = await stream.next('control');
    // It ends after a while, and goes on where it ended.
    await stream.ended;
    const rest = await openLive(server, ana.token, room.id, streamNextOffset as string);
    expect(await rest.next('control')).toMatchObject({ streamNextOffset });
    await rest.ended;
  });

  it('ends with its token', async () => {
    const short = await startServer({ TOKEN_TTL: '3s' }, () => {}, PATIENT);
    const { token } = await signUp(short, 'Dora');
    const { id } = await createRoom(short, token, 'Tokens');
    const stream = await openLive(short, token, id, 'now');
    await stream.ended;
    expect((await read(short, token, id)).events).toMatchObject({ code: 'token_expired' });
  });

  it('ends at once with the session, and sends nothing to who was banned meanwhile', async () => {
    const { ana, room } = await newRoom('Ends', 'public', patient);
    const [bo, cleo] = [await signUp(patient, 'Bo of ends'), await signUp(patient, 'Cleo of ends')];
    const streams = [
      await openLive(patient, bo.token, room.id, 'now'),
      await openLive(patient, cleo.token, room.id, 'now'),
    ] as const;
    for (const { next } of streams) await next('control');
    await call(patient, 'POST', '/auth/logout', cleo);
    await streams[1].ended;
    await call(patient, 'DELETE', `/rooms/${room.id}/users/${bo.user.id}?ban=true`, ana);
    await say(ana, room, 'not for Bo', patient);
    const data = streams[0].next('data').then(() => 'data');
    expect(await Promise.race([data, streams[0].ended.then(() => 'ended')])).toBe('ended');
  });
});
