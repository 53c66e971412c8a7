import { describe, expect, it, onTestFinished } from 'vitest';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  signUp,
  type Account,
  type At,
  type Frame,
  type TestStream,
} from '../support/client.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

const server = shareServer();
let people = 0;

const person = async (name: string) => signUp(server, `${name} ${(people += 1)}`);
const room = async (owner: Account) => createRoom(server, owner.token, `room ${(people += 1)}`);
const post = async (who: Account, path: string, body?: object, at: At = server) =>
  call(at, 'POST', path, { token: who.token, ...(body && { body }) });
const send = async (who: Account, roomId: string, text: string, at: At = server) =>
  post(who, `/rooms/${roomId}/messages`, { text }, at);

const textsOf = (events: readonly Frame[]) =>
  events.flatMap((event) => (event['message'] ? String(event['message'].text) : []));
const lastIdOf = (stream: TestStream) => String(stream.events.at(-1)!['id']);
const numbered = (events: readonly Frame[]) => events.filter((event) => 'actor' in event);

/** Reads a stream that comes back with Last-Event-ID in its header, until it is live. */
async function comeBack(token: string, lastEventId: string, at: At = server): Promise<string> {
  const aborter = new AbortController();
  onTestFinished(() => aborter.abort());
  const response = await fetch(`${at.url}/notifications`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': lastEventId },
    signal: aborter.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes('event: live\n')) break;
  }
  return text;
}

const eventsIn = (text: string): Frame[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!) as Frame);

describe('a stream that comes back', () => {
  it('gets exactly what it missed, over several rooms, in the order of commit, then live', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const rooms = [await room(ana), await room(ana), await room(ana)];
    for (const { id } of rooms) await post(bo, `/rooms/${id}/join`);
    const foreign = await room(ana);
    const witness = openStream(server, bo.token);
    const first = openStream(server, bo.token);
    await Promise.all([witness.next('live'), first.next('live')]);
    await send(ana, rooms[0]!.id, 'seen');
    const seen = await first.next('message.created');
    first.close();
    const texts = Array.from({ length: 12 }, (_, i) => `missed ${i}`);
    for (const [i, text] of texts.entries()) {
      await send(ana, rooms[i % 3]!.id, text);
      await send(ana, foreign.id, 'none of Bo’s business');
    }
    const back = openStream(server, bo.token, String(seen['id']));
    expect((await back.next('ready'))['id']).toBe(seen['id']);
    await back.next('live');
    expect(textsOf(back.events)).toEqual(texts);
    await send(ana, rooms[1]!.id, 'live again');
    await back.next('message.created');
    expect(textsOf(back.events)).toEqual([...texts, 'live again']);
    // It is the very same as what was told to who was there, ids and all.
    while (textsOf(witness.events).length < 14) await witness.next('message.created');
    const missed = numbered(witness.events);
    expect(numbered(back.events)).toEqual(
      missed.slice(missed.length - numbered(back.events).length),
    );
    // The header says the same as the query.
    const text = await comeBack(bo.token, String(seen['id']));
    expect(textsOf(eventsIn(text))).toEqual([...texts, 'live again']);
  });

  it('gets nothing twice where it missed nothing', async () => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    await first.next('live');
    await send(ana, ours.id, 'seen');
    await first.next('message.created');
    first.close();
    const back = openStream(server, ana.token, lastIdOf(first));
    await back.next('live');
    expect(back.events.map((event) => String(event['type']))).toEqual(['ready', 'live']);
  });

  it('after the present cursor of ready gets what came since, though no event was seen', async () => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    const ready = await first.next('ready');
    await first.next('live');
    first.close();
    await send(ana, ours.id, 'since');
    const back = openStream(server, ana.token, String(ready['id']));
    await back.next('live');
    expect(textsOf(back.events)).toEqual(['since']);
  });

  it('is told of rooms joined and left and made meanwhile', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [left, joined] = [await room(ana), await room(ana)];
    await post(bo, `/rooms/${left.id}/join`);
    const first = openStream(server, bo.token);
    const ready = await first.next('ready');
    first.close();
    await send(ana, joined.id, 'before the joining');
    await post(bo, `/rooms/${joined.id}/join`);
    await send(ana, joined.id, 'after the joining');
    await send(ana, left.id, 'before the leaving');
    await post(bo, `/rooms/${left.id}/leave`);
    await send(ana, left.id, 'after the leaving');
    const made = await room(ana);
    const back = openStream(server, bo.token, String(ready['id']));
    await back.next('live');
    const told = numbered(back.events).filter((event) =>
      [left.id, joined.id, made.id].includes(String(event['roomId'])),
    );
    expect(told).toMatchObject([
      { type: 'member.joined', roomId: joined.id, user: { id: bo.user.id } },
      { type: 'message.created', message: { text: 'after the joining' } },
      { type: 'member.left', roomId: left.id, user: { id: bo.user.id } },
      { type: 'room.created', roomId: made.id },
    ]);
  });

  it('gets what it missed of many pages while more comes in, once and in order', async () => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    const ready = await first.next('ready');
    first.close();
    const writer = await openSocket(server, ana.token, ours.id);
    const say = async (count: number) =>
      sendAtOnce(
        writer,
        Array.from({ length: count }, () => ({ type: 'send', text: 'x' })),
      );
    await say(1100);
    const back = openStream(server, ana.token, String(ready['id']));
    await say(300);
    while (textsOf(back.events).length < 1400) await back.next('message.created');
    const seqs = numbered(back.events).map((event) => Number(event['seq']));
    expect(seqs).toEqual(Array.from({ length: 1400 }, (_, i) => i + 3));
    expect(back.events.filter((event) => event['type'] === 'live').length).toBeLessThanOrEqual(1);
  });

  it('by itself after the server was started again, on the same folder, has missed nothing', async () => {
    const dataDir = temporaryFolder();
    const before = await startServer({ DATA_DIR: dataDir });
    const ana = await signUp(before, 'Ana');
    const ours = await createRoom(before, ana.token, 'ours');
    const stream = openStream(before, ana.token);
    await stream.next('live');
    await send(ana, ours.id, 'one', before);
    await stream.next('message.created');
    await before.stop();
    const after = await startServer({ DATA_DIR: dataDir, PORT: new URL(before.url).port });
    await send(ana, ours.id, 'two', after);
    expect((await stream.next('message.created'))['message'].text).toBe('two');
    expect(textsOf(stream.events)).toEqual(['one', 'two']);
    expect(textsOf(eventsIn(await comeBack(ana.token, lastIdOf(stream), after)))).toEqual([]);
  });
});

describe('a cursor', () => {
  it.each([
    ['that is malformed', () => 'nonsense'],
    ['of another database', (cursor: string) => cursor.replace(/^[^.]*/, 'another')],
    ['that is ahead', (cursor: string) => `${cursor}z`],
    ['with something behind it', (cursor: string) => `${cursor}.1`],
    ['with a letter that is none', (cursor: string) => `${cursor}!`],
  ])('%s is answered with reset and the present one, then live', async (_, change) => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    const { id } = (await first.next('ready')) as { id: string };
    first.close();
    const back = openStream(server, ana.token, change(id));
    await back.next('live');
    expect(back.events).toEqual([
      { type: 'ready', id },
      { type: 'reset', id },
      { type: 'live', id },
    ]);
    await send(ana, ours.id, 'after the reset');
    expect((await back.next('message.created'))['message'].text).toBe('after the reset');
    expect(textsOf(eventsIn(await comeBack(ana.token, id)))).toEqual(['after the reset']);
  });

  it('that is empty is none', async () => {
    const ana = await person('Ana');
    const text = await comeBack(ana.token, '');
    expect(eventsIn(text).map((event) => String(event['type']))).toEqual(['ready', 'live']);
  });
});
