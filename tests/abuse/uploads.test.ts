import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import type { FileInfo } from '../../src/protocol/resources.ts';
import { PATIENCE, percentile, print, scaled } from '../faults/support/scale.ts';
import { rssOf, startChild, type ChildServer } from '../support/child.ts';
import { createRoom, openLiveSocket, signUp, type Account } from '../support/client.ts';
import { noLimits } from '../support/server.ts';

const MIB = 1024 * 1024;
const USERS = scaled(8, 20);
const UPLOADS_OF_EACH = 5;
/** What each of the uploads has. */
const EACH = scaled(1, 10) * MIB;
/** One large file. */
const LARGE = scaled(25, 200) * MIB;
/** How long an honest sender may wait for an ack meanwhile, in milliseconds: this process makes the files, too. */
const ACK_MS = 5000;

const chunk = Buffer.alloc(64 * 1024, 'charla ');

/** So many bytes, of which no more is in memory than one chunk. */
function* bytes(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= chunk.length) {
    yield left < chunk.length ? chunk.subarray(0, left) : chunk;
  }
}

const HEAD =
  '--b\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n' +
  'content-type: application/octet-stream\r\n\r\n';
const TAIL = '\r\n--b--\r\n';

/** Uploads a file that is made while it goes out. */
async function upload(
  { url }: ChildServer,
  { token }: Account,
  roomId: string,
  size: number,
): Promise<{ status: number; body: FileInfo }> {
  const sending = request(`${url}/rooms/${roomId}/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': HEAD.length + size + TAIL.length,
      connection: 'close',
    },
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  function* form() {
    yield Buffer.from(HEAD);
    yield* bytes(size);
    yield Buffer.from(TAIL);
  }
  await pipeline(Readable.from(form(), { objectMode: false }), sending);
  const [answer] = await answered;
  let text = '';
  for await (const part of answer) text += String(part);
  return { status: answer.statusCode!, body: JSON.parse(text) as FileInfo };
}

/** Reads a file to its end, and returns how long it is. */
async function download({ url }: ChildServer, { token }: Account, fileId: string): Promise<number> {
  const answer = await fetch(`${url}/files/${fileId}`, {
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
  });
  let size = 0;
  for await (const part of answer.body!) size += part.length;
  return size;
}

it(
  `takes ${USERS * UPLOADS_OF_EACH} uploads at once with little memory, and acks messages meanwhile`,
  { timeout: PATIENCE },
  async () => {
    const server = await startChild(noLimits);
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    const users: Account[] = [];
    for (let i = 0; i < USERS; i += 1) users.push(await signUp(server, `User ${i}`));
    const socket = await openLiveSocket(server, ana.token, room.id);
    await upload(server, ana, room.id, MIB);
    const before = rssOf(server.pid);
    let most = before;
    const uploads = users.flatMap((user) =>
      Array.from({ length: UPLOADS_OF_EACH }, async () => upload(server, user, room.id, EACH)),
    );
    const over = Promise.all(uploads).then(() => 'over');
    const waits: number[] = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    do {
      const start = performance.now();
      expect((await socket.ask({ type: 'send', text: 'all is well' }))['type']).toBe('ack');
      waits.push(performance.now() - start);
      most = Math.max(most, rssOf(server.pid));
    } while ((await Promise.race([over, pause()])) !== 'over');
    const answers = await Promise.all(uploads);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.size))).toEqual(new Set([EACH]));
    expect(percentile(waits, 1)).toBeLessThan(ACK_MS);
    const grown = (most - before) / MIB;
    expect(grown).toBeLessThan(200);
    print(
      `${uploads.length} uploads of ${EACH / MIB} MiB at once: ${grown.toFixed(0)} MiB more; ${waits.length} acks ` +
        `meanwhile, half within ${percentile(waits, 0.5).toFixed(0)} ms, all within ${percentile(waits, 1).toFixed(0)} ms`,
    );
  },
);

it(
  `streams a file of ${LARGE / MIB} MiB to the disk and back with little memory`,
  { timeout: PATIENCE },
  async () => {
    const server = await startChild({ ...noLimits, MAX_FILE_BYTES: String(LARGE) });
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    await download(server, ana, (await upload(server, ana, room.id, MIB)).body.id);
    const before = rssOf(server.pid);
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, rssOf(server.pid))), 20);
    try {
      const { status, body } = await upload(server, ana, room.id, LARGE);
      expect([status, body.size]).toEqual([201, LARGE]);
      expect(await download(server, ana, body.id)).toBe(LARGE);
    } finally {
      clearInterval(timer);
    }
    const grown = (most - before) / MIB;
    expect(grown).toBeLessThan(150);
    print(`${LARGE / MIB} MiB up and down: ${grown.toFixed(0)} MiB more`);
  },
);
