import { hashSync } from 'bcryptjs';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Message } from '../../src/protocol/resources.ts';
import type { Job } from '../../src/store/mutation.ts';
import { call, emailOf, openStream, passwordOf, signIn, type Account } from '../support/client.ts';
import { rssOf, startChild, type ChildServer } from '../support/child.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

/*
 * A message that many have reacted to, edited again and again, among long ones: every event of it
 * carries all of that. Read by each way there is, by many at once, in a process of little memory.
 */

const PEOPLE = scaled(40, 200);
const EDITS = scaled(150, 600);
const LONG = scaled(150, 600);
const READERS = 4;
/** What a page may have: the values of its rows are 512 KiB at most, and JSON names them. */
const MAX_PAGE = 1024 * 1024;
/** Of old objects in the process, in MiB; what is read is many times as much. */
const MAX_HEAP = scaled(128, 256);

const emoji = Array.from({ length: 50 }, (_, i) => String.fromCodePoint(0x1f600 + i));
const roomId = 'the-room';
/** After the room's making and its maker's joining. */
const popular = 3;

/** The room's events: its making, the message, whoever joins to react, the reactions, the edits, the rest. */
async function fill(dataDir: string): Promise<number> {
  const filling = await openFilling(dataDir);
  const people = Array.from({ length: PEOPLE }, (_, i) => `Person ${i}`);
  await filling.perform(
    people.map((name, i) =>
      registerJob({
        id: `person-${i}`,
        name,
        email: emailOf(name),
        passwordHash: i < READERS ? hashSync(passwordOf(name), 4) : '',
        sessionId: `session-${i}`,
        lifeMs: 0,
      }),
    ),
  );
  const userId = 'person-0';
  const say = (text: string): Job => ({
    mutation: 'sendMessages',
    input: { roomId, userId, text },
  });
  const room = {
    id: roomId,
    kind: 'public',
    name: 'x',
    nameKey: 'x',
    topic: '',
    userId,
    maxRooms: 0,
  };
  await filling.perform([{ mutation: 'createRoom', input: room }]);
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
  'gives everything, page after page, by each way to read, and no page is larger than its bound',
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
        `${megabytes(total)} read by ${READERS}, five ways at once; ` +
        `the server has ${megabytes(rssOf(server.pid))} and a heap of ${MAX_HEAP} MiB at most`,
    );
  },
);

/** Answers how much was read, as all of these do. */
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
  const url = `${server.url.replace('http', 'ws')}/ws/chat/${roomId}?token=${token}&after=0`;
  const socket = new WebSocket(url);
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
  // That the room was made, and everything from the own joining on.
  const [made, ...rest] = seqs as number[];
  expect(made).toBe(1);
  expect(rest[0]).toBeLessThanOrEqual(popular + READERS);
  expect(rest).toEqual(upTo(head).slice(rest[0]! - 1));
  return JSON.stringify(stream.events).length;
}
