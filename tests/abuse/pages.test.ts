import { expect, it } from 'vitest';
// oxlint-disable-next-line typescript/no-restricted-imports -- the check of each frame would be what is measured
import { WebSocket } from 'ws';
import type { Message } from '../../src/protocol/resources.ts';
import type { Job } from '../../src/store/mutation.ts';
import { accountJob } from '../support/accounts.ts';
import { rssOf, startChild, type ChildServer } from '../support/child.ts';
import { call, openStream, signIn, socketUrl, type Account } from '../support/client.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

/*
 * A message with many reactions is edited again and again, among long messages; each of its events
 * carries the whole message. Several readers read everything at once, in every way, from a process with
 * little memory.
 */

const PEOPLE = scaled(20, 200);
const EDITS = scaled(100, 600);
const LONG = scaled(100, 600);
const READERS = scaled(2, 4);
/** Bytes of JSON in a page: the values of its rows take at most 512 KiB, and JSON adds their names. */
const MAX_PAGE = 1024 * 1024;
/** The heap of the process, in MiB; the data read is many times as large. */
const MAX_HEAP = scaled(128, 256);

const emoji = Array.from({ length: 50 }, (_, i) => String.fromCodePoint(0x1f600 + i));
const roomId = 'the-room';
/** The first seq after the creation of the room and the join of its creator. */
const popular = 3;

/** Writes the room: its creation, the message, joins, reactions, edits, long messages. Returns its head. */
async function fill(dataDir: string): Promise<number> {
  const filling = await openFilling(dataDir);
  const people = Array.from({ length: PEOPLE }, (_, i) => `Person ${i}`);
  await filling.perform(
    people.map((name, i) => {
      const id = `person-${i}`;
      return i < READERS ? accountJob(id, name) : registerJob({ id, name });
    }),
  );
  const userId = 'person-0';
  const say = (text: string): Job => ({
    mutation: 'sendMessages',
    input: { roomId, userId, text },
  });
  await filling.perform([createRoomJob({ id: roomId, userId })]);
  const readers = Array.from({ length: READERS - 1 }, (_, i) => ({
    mutation: 'joinRoom',
    input: { roomId, actorId: `person-${i + 1}` },
  }));
  const [{ seq }] = (await filling.perform([say('popular'), ...readers])) as [{ seq: number }];
  const target = { roomId, seq };
  await filling.perform(
    people.flatMap((_, i) =>
      emoji.map((one) => ({
        mutation: 'react',
        input: { ...target, userId: `person-${i}`, emoji: one, add: true },
      })),
    ),
  );
  await filling.perform(
    Array.from({ length: EDITS }, (_, i) => ({
      mutation: 'editMessage',
      input: { ...target, userId, text: `${i} ${'あ'.repeat(3990)}` },
    })),
  );
  const sent = await filling.perform(Array.from({ length: LONG }, () => say('語'.repeat(4000))));
  await filling.close();
  return (sent.at(-1) as { seq: number }).seq;
}

const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

it(
  'returns everything in pages below their bound, in every way to read',
  { timeout: PATIENCE },
  async () => {
    const dataDir = temporaryFolder();
    const head = await fill(dataDir);
    const heap = `--max-old-space-size=${MAX_HEAP}`;
    const server = await startChild({ DATA_DIR: dataDir, LOG_LEVEL: 'info' }, [
      process.execPath,
      heap,
      'src/main.ts',
    ]);
    const readers = await Promise.all(
      Array.from({ length: READERS }, async (_, i) => signIn(server, `Person ${i}`)),
    );
    const lengths = await Promise.all(
      readers.flatMap((reader) => [
        readEvents(server, reader, head),
        readHistory(server, reader, 'before'),
        readHistory(server, reader, 'after'),
        readSocket(server, reader, head),
        readStream(server, reader, head),
      ]),
    );
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(total).toBeGreaterThan(READERS * 4 * 1024 * 1024);
    const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
    print(
      `${head} events, ${PEOPLE * 50} reactions on a message with ${EDITS} edits: ` +
        `${megabytes(total)} read by ${READERS} readers, in five ways at once; ` +
        `the server uses ${megabytes(rssOf(server.pid))} with a heap of at most ${MAX_HEAP} MiB`,
    );
  },
);

/* Each of these reads everything in one way and returns how many bytes it read. */

async function readEvents(server: ChildServer, { token }: Account, head: number): Promise<number> {
  const seqs: number[] = [];
  let length = 0;
  while (seqs.at(-1) !== head) {
    const path = `/rooms/${roomId}/events?limit=200&after=${seqs.at(-1) ?? 0}`;
    const { body } = await call<{ events: { seq: number }[]; head: number }>(server, 'GET', path, {
      token,
    });
    expect(body.events.length).toBeGreaterThan(0);
    length += bounded(body);
    seqs.push(...body.events.map(({ seq }) => seq));
  }
  expect(seqs).toEqual(upTo(head));
  return length;
}

async function readHistory(
  server: ChildServer,
  { token }: Account,
  direction: 'before' | 'after',
): Promise<number> {
  const pages: number[][] = [];
  let length = 0;
  let bound = direction === 'before' ? 'limit=200' : 'limit=200&after=0';
  for (let more = true; more;) {
    const { body } = await call<{ messages: Message[]; hasMore: boolean }>(
      server,
      'GET',
      `/rooms/${roomId}/messages?${bound}`,
      { token },
    );
    length += bounded(body);
    const seqs = body.messages.map(({ seq }) => seq);
    if (direction === 'before') pages.unshift(seqs);
    else pages.push(seqs);
    bound = `limit=200&${direction}=${direction === 'before' ? seqs[0] : seqs.at(-1)}`;
    more = body.hasMore;
  }
  expect(pages.length).toBeGreaterThan(1);
  const seqs = pages.flat();
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(new Set(seqs).size).toBe(LONG + 1);
  expect(seqs[0]).toBe(popular);
  return length;
}

function bounded(body: unknown): number {
  const length = Buffer.byteLength(JSON.stringify(body));
  expect(length).toBeLessThan(MAX_PAGE);
  return length;
}

async function readSocket(server: ChildServer, { token }: Account, head: number): Promise<number> {
  const socket = new WebSocket(socketUrl(server, roomId, { token, after: 0 }));
  const seqs: number[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string; seq: number };
      length += data.length;
      if (frame.type === 'live') resolve();
      else if (frame.seq !== undefined) seqs.push(frame.seq);
    });
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
  });
  socket.terminate();
  expect(seqs).toEqual(upTo(head));
  return length;
}

async function readStream(server: ChildServer, { token }: Account, head: number): Promise<number> {
  const fresh = openStream(server, token);
  const { id } = await fresh.next('ready');
  fresh.close();
  const stream = openStream(server, token, `${(id as string).split('.')[0]}.1`);
  await stream.next('live');
  stream.close();
  const seqs = stream.events
    .filter((one) => one['roomId'] === roomId && one['seq'] !== undefined)
    .map((one) => one['seq']);
  // The creation of the room, and everything from the reader's own join on.
  const [created, ...rest] = seqs as number[];
  expect(created).toBe(1);
  expect(rest[0]).toBeLessThanOrEqual(popular + READERS);
  expect(rest).toEqual(upTo(head).slice(rest[0]! - 1));
  return JSON.stringify(stream.events).length;
}
