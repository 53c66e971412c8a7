import { describe, expect, it } from 'vitest';
import {
  createRoom,
  openSocket,
  openStream,
  signUp,
  type At,
  type Frame,
  type TestStream,
} from '../support/client.ts';
import { peopleOn } from '../support/people.ts';
import { readStream } from '../support/raw-stream.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

const server = shareServer();
const { person, room, post, send } = peopleOn(server);

const textsOf = (events: readonly Frame[]) =>
  events.flatMap((event) => (event['message'] ? String(event['message'].text) : []));
const lastIdOf = (stream: TestStream) => String(stream.events.at(-1)!['id']);
const durable = (events: readonly Frame[]) => events.filter((event) => 'actor' in event);

/** Resumes a stream with Last-Event-ID in its header. Returns its text until it is live. */
async function resume(token: string, lastEventId: string, at: At = server): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'last-event-id': lastEventId };
  return (await readStream(at, '', headers, 'event: live\n')).text;
}

const eventsIn = (text: string): Frame[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!) as Frame);

describe('a stream that resumes', () => {
  it('receives exactly what it missed of several rooms, in the order of commit, then live', async () => {
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
      await send(ana, foreign.id, 'not for Bo');
    }
    const back = openStream(server, bo.token, String(seen['id']));
    expect((await back.next('ready'))['id']).toBe(seen['id']);
    await back.next('live');
    expect(textsOf(back.events)).toEqual(texts);
    await send(ana, rooms[1]!.id, 'live again');
    await back.next('message.created');
    expect(textsOf(back.events)).toEqual([...texts, 'live again']);
    // They are the same events that a connected stream received, ids included.
    while (textsOf(witness.events).length < 14) await witness.next('message.created');
    const missed = durable(witness.events);
    expect(durable(back.events)).toEqual(missed.slice(missed.length - durable(back.events).length));
    // The header works like the query.
    const text = await resume(bo.token, String(seen['id']));
    expect(textsOf(eventsIn(text))).toEqual([...texts, 'live again']);
  });

  it('receives nothing twice if it missed nothing', async () => {
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

  it('resumes from the id of ready, without any event received', async () => {
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

  it('receives rooms joined, left and created while it was away', async () => {
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
    const missed = durable(back.events).filter((event) =>
      [left.id, joined.id, made.id].includes(String(event['roomId'])),
    );
    expect(missed).toMatchObject([
      { type: 'member.joined', roomId: joined.id, user: { id: bo.user.id } },
      { type: 'message.created', message: { text: 'after the joining' } },
      { type: 'member.left', roomId: left.id, user: { id: bo.user.id } },
      { type: 'room.created', roomId: made.id },
    ]);
  });

  it('receives many missed pages once and in order while more events arrive', async () => {
    const ana = await person('Ana');
    const ours = await room(ana);
    const first = openStream(server, ana.token);
    const ready = await first.next('ready');
    first.close();
    const writer = await openSocket(server, ana.token, ours.id);
    const sendMany = async (count: number) =>
      sendAtOnce(
        writer,
        Array.from({ length: count }, () => ({ type: 'send', text: 'x' })),
      );
    await sendMany(1100);
    const back = openStream(server, ana.token, String(ready['id']));
    await sendMany(300);
    while (textsOf(back.events).length < 1400) await back.next('message.created');
    const seqs = durable(back.events).map((event) => Number(event['seq']));
    expect(seqs).toEqual(Array.from({ length: 1400 }, (_, i) => i + 3));
    expect(back.events.filter((event) => event['type'] === 'live').length).toBeLessThanOrEqual(1);
  });

  it('reconnects by itself after a restart of the server and has missed nothing', async () => {
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
    expect(textsOf(eventsIn(await resume(ana.token, lastIdOf(stream), after)))).toEqual([]);
  });
});

describe('a cursor', () => {
  it.each([
    ['that is malformed', () => 'nonsense'],
    ['of another database', (cursor: string) => cursor.replace(/^[^.]*/, 'another')],
    ['that is ahead', (cursor: string) => `${cursor}z`],
    ['with a suffix', (cursor: string) => `${cursor}.1`],
    ['with an invalid character', (cursor: string) => `${cursor}!`],
  ])('%s causes a reset to the present, then live', async (_, change) => {
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
    expect(textsOf(eventsIn(await resume(ana.token, id)))).toEqual(['after the reset']);
  });

  it('that is empty is ignored', async () => {
    const ana = await person('Ana');
    const text = await resume(ana.token, '');
    expect(eventsIn(text).map((event) => String(event['type']))).toEqual(['ready', 'live']);
  });
});
