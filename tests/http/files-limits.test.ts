import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  postMessage,
  signUp,
  type Account,
  type Answer,
} from '../support/client.ts';
import { download, filesIn, upload, uploaded } from '../support/files.ts';
import { bearerHeader, openRaw, readAnswer, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { turns } from '../support/fake-wire.ts';
import { shareServer, startServer } from '../support/server.ts';
import { times } from '../support/times.ts';

const MAX = 200_000;
const QUOTA = 500_000;

const server = shareServer({
  MAX_FILE_BYTES: String(MAX),
  MAX_FILES_BYTES_PER_USER: String(QUOTA),
});
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Kitchen');
});

const folder = () => join(server.dataDir, 'files');
const expectNothingStaged = () =>
  expect.poll(() => filesIn(join(folder(), 'incoming'))).toEqual([]);
let last = 0;
const newcomer = () => signUp(server, `Newcomer ${(last += 1)}`);
const sizeOf = (bytes: number) => 'x'.repeat(bytes);

const START = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
const END = '\r\n--x--\r\n';

/** Begins an upload whose bytes the test sends. */
function begin(
  { token }: Account,
  headers: Record<string, string | number> = {},
  path = `/rooms/${room.id}/files`,
): { sent: ClientRequest; answer: Promise<Answer<unknown>> } {
  const sent = request(server.url + path, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=x',
      ...headers,
    },
  });
  onTestFinished(() => void sent.destroy());
  const answer = once(sent, 'response').then(async ([response]) => {
    const { statusCode, headers: got } = response as IncomingMessage;
    let body = '';
    for await (const chunk of response as AsyncIterable<Buffer>) body += chunk.toString();
    const known = Object.entries(got).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return { status: statusCode!, headers: new Headers(known), body: JSON.parse(body) as unknown };
  });
  // A refusal can come before the test awaits it.
  answer.catch(() => {});
  sent.on('error', () => {});
  sent.flushHeaders();
  return { sent, answer };
}

it('takes a file of the largest size, and refuses one byte more', async () => {
  const { token } = await newcomer();
  expect((await upload(server, token, room.id, sizeOf(MAX))).status).toBe(201);
  expectRefusal(await upload(server, token, room.id, sizeOf(MAX + 1)), 'payload_too_large');
  await expectNothingStaged();
});

it('refuses a body that is too large before it reads any of it', async () => {
  const { answer } = begin(ana, { 'content-length': MAX + 100_000 });
  const refusal = expectRefusal(await answer, 'payload_too_large');
  expect(refusal.message).toBe(`A file may have at most ${MAX} bytes`);
  // A client that waits for 100-continue is not told to go on.
  const waiting = begin(ana, { 'content-length': MAX + 100_000, expect: '100-continue' });
  let wasContinued = false;
  waiting.sent.on('continue', () => (wasContinued = true));
  expectRefusal(await waiting.answer, 'payload_too_large');
  expect(wasContinued).toBe(false);
});

it('refuses what it is told not to expect before it reads any of it', async () => {
  const outsider = await newcomer();
  const secret = await createRoom(server, ana.token, 'Secret', 'private');
  const path = `/rooms/${secret.id}/files`;
  const length = { 'content-length': 100_000 };
  expectRefusal(await begin(outsider, length, path).answer, 'room_not_found');
  const type = { ...length, 'content-type': 'image/png' };
  expectRefusal(await begin(ana, type).answer, 'unsupported_media_type');
  const bad = { ...ana, token: 'nonsense' };
  expectRefusal(await begin(bad, length).answer, 'token_invalid');
});

it('lets a client that sends everything first read why it was refused', async () => {
  const raw = await openRaw(server);
  const head = requestText(`POST /rooms/${room.id}/files HTTP/1.1`, [
    bearerHeader(ana.token),
    'Content-Type: multipart/form-data; boundary=x',
    `Content-Length: ${20 * MAX}`,
  ]);
  raw.write(head);
  // More than buffers of the system take, so that the server has to read it.
  await new Promise<void>((resolve, reject) => {
    raw.write(sizeOf(20 * MAX), (error) => (error ? reject(error) : resolve()));
  });
  expectRefusal(await readAnswer(raw), 'payload_too_large');
});

it('counts the bytes of a body that does not tell its length', async () => {
  const { sent, answer } = begin(ana);
  sent.write(START);
  for (let i = 0; i < 3; i += 1) sent.write(sizeOf(MAX / 2));
  // Refused while it is still being sent.
  expectRefusal(await answer, 'payload_too_large');
  await expectNothingStaged();
});

it('counts the files of a user, by what they take, sent or not, and gives back what is deleted', async () => {
  const bo = await newcomer();
  const first = await uploaded(server, bo.token, room.id, sizeOf(MAX));
  const second = await uploaded(server, bo.token, room.id, sizeOf(MAX));
  const { body: message } = await postMessage(server, bo.token, room.id, {
    text: '',
    fileIds: [second.id],
  });
  const refusal = expectRefusal(
    await upload(server, bo.token, room.id, sizeOf(MAX)),
    'quota_exceeded',
  );
  expect(refusal.message).toContain('may take');
  // Known by its length before anything is read.
  const early = begin(bo, { 'content-length': MAX });
  expectRefusal(await early.answer, 'quota_exceeded');
  expect((await upload(server, bo.token, room.id, sizeOf(1000))).status).toBe(201);
  expect((await upload(server, ana.token, room.id, sizeOf(1000))).status).toBe(201);
  await call(server, 'DELETE', `/files/${first.id}`, bo);
  const third = await upload(server, bo.token, room.id, sizeOf(MAX));
  expect(third.status).toBe(201);
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${message.seq}`, bo);
  expect((await upload(server, bo.token, room.id, sizeOf(MAX))).status).toBe(201);
});

it('lets no uploads at once exceed what a user may have', async () => {
  const bo = await newcomer();
  const size = QUOTA / 4;
  const all = await times(5, () => upload(server, bo.token, room.id, sizeOf(size)));
  const statuses = all.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, 201, 201, 201, 403]);
  await expectNothingStaged();
});

it('takes five uploads of a user at once, and another when one has ended', async () => {
  const bo = await newcomer();
  const five = Array.from({ length: 5 }, () => begin(bo));
  for (const { sent } of five) sent.write(START + sizeOf(1000));
  await expect.poll(() => filesIn(join(folder(), 'incoming'))).toHaveLength(5);
  expectRefusal(await upload(server, bo.token, room.id), 'rate_limited');
  expect((await upload(server, ana.token, room.id)).status).toBe(201);
  five[0]!.sent.end(`done${END}`);
  expect((await five[0]!.answer).status).toBe(201);
  five[1]!.sent.destroy();
  await expect.poll(async () => (await upload(server, bo.token, room.id)).status).toBe(201);
  // Three are still in progress: no more than these have places.
  const more = Array.from({ length: 2 }, () => begin(bo));
  for (const { sent } of more) sent.write(START + sizeOf(1000));
  await expect.poll(() => filesIn(join(folder(), 'incoming'))).toHaveLength(5);
  expectRefusal(await upload(server, bo.token, room.id), 'rate_limited');
});

it('keeps nothing of an upload that its client aborts', async () => {
  const before = filesIn(folder());
  const { sent } = begin(ana, { 'content-length': MAX });
  sent.write(START + sizeOf(MAX / 2));
  await expect.poll(() => filesIn(join(folder(), 'incoming'))).toHaveLength(1);
  sent.destroy();
  await expectNothingStaged();
  // Those of earlier tests may still be on their way out.
  expect(filesIn(folder()).filter((path) => !before.includes(path))).toEqual([]);
});

it('frees the place of an upload that is reset at any step', async () => {
  const bo = await newcomer();
  const bytes = requestText(
    `POST /rooms/${room.id}/files HTTP/1.1`,
    [
      bearerHeader(bo.token),
      'Content-Type: multipart/form-data; boundary=x',
      `Content-Length: ${MAX}`,
    ],
    START + sizeOf(1000),
  );
  for (let step = 0; step < 60; step += 1) {
    const raw = await openRaw(server);
    raw.on('error', () => {});
    raw.write(bytes);
    await turns(step);
    raw.resetAndDestroy();
  }
  await expectNothingStaged();
  // A busy server may only now learn of the last ones, and of their end.
  await expect
    .poll(async () => {
      const five = await times(5, () => upload(server, bo.token, room.id));
      return five.map(({ status }) => status);
    })
    .toEqual([201, 201, 201, 201, 201]);
});

it('gives an upload more time than other requests, as long as it goes on', async () => {
  const slow = await startServer();
  const { token } = await signUp(slow, 'Ana');
  const { id } = await createRoom(slow, token, 'Kitchen');
  // So that the test need not wait for half a minute.
  Object.assign(slow.app.server, { headersTimeout: 400, requestTimeout: 500 });
  const sent = request(`${slow.url}/rooms/${id}/files`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=x',
    },
  });
  const answer = once(sent, 'response');
  sent.write(START);
  const timer = setInterval(() => sent.write('more '), 100);
  setTimeout(() => {
    clearInterval(timer);
    sent.end(END);
  }, 2500);
  const [response] = (await answer) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(201);
  // The next request on a connection has the time of others again.
  const other = request(`${slow.url}/rooms/${id}/messages`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': 100,
    },
  });
  other.write('{');
  const [refused] = (await once(other, 'response')) as [IncomingMessage];
  refused.resume();
  expect(refused.statusCode).toBe(400);
});

it('counts uploads as writes, and downloads as files of the page', async () => {
  const limited = await startServer({ RATE_LIMIT_MESSAGES: '1', RATE_LIMIT_REQUESTS: '5' });
  const { token } = await signUp(limited, 'Ana');
  const { id } = await createRoom(limited, token, 'Kitchen');
  const file = await uploaded(limited, token, id);
  await upload(limited, token, id);
  expectRefusal(await upload(limited, token, id), 'rate_limited');
  // 20 requests in 4 seconds, or 200 files.
  const statuses = new Set<number>();
  for (let i = 0; i < 60; i += 1) {
    statuses.add((await download(limited, `/files/${file.id}`, { token })).status);
  }
  expect([...statuses]).toEqual([200]);
});

it('answers unavailable while it cannot reach its files, and serves the rest', async () => {
  const lines: string[] = [];
  const away = await startServer({}, (line) => lines.push(line));
  const bo = await signUp(away, 'Bo');
  const { id } = await createRoom(away, bo.token, 'Kitchen');
  const kept = await uploaded(away, bo.token, id, 'kept');
  const [there, elsewhere] = [join(away.dataDir, 'files'), join(away.dataDir, 'elsewhere')];
  renameSync(there, elsewhere);
  const refusal = expectRefusal(await upload(away, bo.token, id), 'unavailable');
  expect(refusal.message).not.toContain(away.dataDir);
  expect(lines.join('')).toContain('FILES_DIR could not be used');
  expectRefusal(await call(away, 'GET', `/files/${kept.id}`, bo), 'file_not_found');
  const socket = await openLiveSocket(away, bo.token, id);
  expect(await socket.ask({ type: 'send', text: 'still here' })).toMatchObject({ type: 'ack' });
  mkdirSync(there, { recursive: true });
  rmSync(there, { recursive: true });
  renameSync(elsewhere, there);
  expect((await upload(away, bo.token, id)).status).toBe(201);
  expect((await download(away, `/files/${kept.id}`, bo)).body.toString()).toBe('kept');
});
