import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { FolderStorage } from '../../src/files/folder-storage.ts';
import type { NewApiToken } from '../../src/protocol/bots.ts';
import type { Me, Message, RoomPage, Ticket } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { download, formOf, upload, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';
import { times } from '../support/times.ts';
import { unzip } from '../support/unzip.ts';

const PATH = '/users/me/export';
const server = shareServer();
let bo: Account;
beforeAll(async () => {
  bo = await signUp(server, 'Bo');
});
afterEach(() => void vi.restoreAllMocks());

const refused = async (path: string, token?: string) => {
  const answer = await download(server, path, { ...(token !== undefined && { token }) });
  return { ...answer, body: JSON.parse(answer.body.toString()) as unknown };
};
const ticketFor = async (token: string) =>
  (await call<Ticket>(server, 'POST', '/auth/ticket', { token })).body.ticket;

it('has the profile, rooms, messages and files of its owner, and nothing of others', async () => {
  const ana = await signUp(server, 'Ana');
  const { token } = ana;
  const kitchen = await createRoom(server, bo.token, 'Kitchen');
  await joinRoom(server, token, kitchen.id);
  const left = await createRoom(server, bo.token, 'Left');
  const { body: direct } = await openDirect(server, token, bo.user.id);
  const sent: Message[] = [];
  const send = async (roomId: string, body: string | object) => {
    const { body: message } = await postMessage(server, token, roomId, body);
    sent.push(message);
    return message;
  };
  // More than are read at once.
  await times(110, (i) => send(kitchen.id, `line ${i}\n"é" 😀`));
  await send(direct.id, 'psst');
  const kept = await send(left.id, 'before the edit');
  const edit = { token, body: { text: 'after it' } };
  const path = `/rooms/${left.id}/messages/${kept.seq}`;
  sent[sent.indexOf(kept)] = (await call<Message>(server, 'PATCH', path, edit)).body;
  const { body: gone } = await postMessage(server, token, left.id, 'deleted');
  await call(server, 'DELETE', `/rooms/${left.id}/messages/${gone.seq}`, { token });
  const notes = await uploaded(server, token, kitchen.id, formOf('the notes', 'no:tes é.txt'));
  await send(kitchen.id, { text: 'with a file', fileIds: [notes.id] });
  const unsent = await uploaded(server, token, kitchen.id, 'unsent', 'unsent.bin');
  await call(server, 'DELETE', `/rooms/${left.id}/users/${ana.user.id}?ban=true`, bo);
  // What others do.
  await postMessage(server, bo.token, kitchen.id, 'of Bo');
  const ofBo = await uploaded(server, bo.token, kitchen.id, 'of Bo');
  await postMessage(server, bo.token, kitchen.id, { text: '', fileIds: [ofBo.id] });

  const { status, headers, body } = await download(server, PATH, { token });
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-disposition': 'attachment; filename="charla-export.zip"',
    'content-type': 'application/zip',
    'x-content-type-options': 'nosniff',
  });
  const files = await unzip(body);
  const text = (name: string) => files.get(name)!.toString();
  const names = [`files/${unsent.id}-unsent.bin`, `files/${notes.id}-no_tes é.txt`];
  expect([...files.keys()]).toEqual(['profile.json', 'rooms.json', 'messages.jsonl', ...names]);
  expect(names.map(text)).toEqual(['unsent', 'the notes']);
  const me = await call<Me>(server, 'GET', '/users/me', { token });
  expect(JSON.parse(text('profile.json'))).toEqual(me.body);
  const { rooms } = (await call<RoomPage>(server, 'GET', '/rooms?scope=mine', { token })).body;
  const byId = <T extends { id: string }>(list: T[]) =>
    list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(JSON.parse(text('rooms.json')))).toEqual(byId(rooms));
  const lines = text('messages.jsonl').trimEnd().split('\n');
  const expected = sent
    .toSorted((a, b) => (a.roomId === b.roomId ? a.seq - b.seq : a.roomId < b.roomId ? -1 : 1))
    .map(({ roomId, seq, text: written, replyTo, files: carried, createdAt, editedAt }) => {
      return { roomId, seq, text: written, replyTo, files: carried, createdAt, editedAt };
    });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
});

it('is downloaded by a ticket, once, and by nobody else, nor by an API token', async () => {
  const cy = await signUp(server, 'Cy');
  const ticket = await ticketFor(cy.token);
  const { body } = await download(server, `${PATH}?token=${ticket}`);
  const files = await unzip(body);
  expect([...files].map(([name, content]) => [name, content.toString()]).slice(1)).toEqual([
    ['rooms.json', '[]\n'],
    ['messages.jsonl', ''],
  ]);
  expectRefusal(await refused(`${PATH}?token=${ticket}`), 'token_invalid');
  expectRefusal(await refused(PATH), 'token_missing');
  const make = { token: cy.token, body: { name: 'nightly' } };
  const { token } = (await call<NewApiToken>(server, 'POST', '/users/me/tokens', make)).body;
  expectRefusal(await refused(PATH, token), 'forbidden');
  expectRefusal(await refused(`${PATH}?token=${await ticketFor(token)}`), 'forbidden');
  const head = await download(server, PATH, { token: cy.token, method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect(head.headers.has('content-length')).toBe(false);
});

/** More than the buffers of a connection take. */
const LARGE = randomBytes(20 * 1024 * 1024);

/** Begins a download, of which nothing is read yet. */
async function begin(token: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}` };
  const [response] = (await once(
    get(server.url + PATH, { headers, agent: false }),
    'response',
  )) as [IncomingMessage];
  return response;
}

it('of a large file, reads only what is taken, one archive at a time, and stops with its reader or its session', async () => {
  const dee = await signUp(server, 'Dee');
  const room = await createRoom(server, dee.token, 'Films');
  const { status, body: film } = await upload(server, dee.token, room.id, LARGE, 'film.bin');
  expect(status).toBe(201);
  const reads = { bytes: 0, open: 0 };
  const { value } = Object.getOwnPropertyDescriptor(FolderStorage.prototype, 'open')!;
  const open = value as FolderStorage['open'];
  vi.spyOn(FolderStorage.prototype, 'open').mockImplementation(async function (
    this: FolderStorage,
    ...args
  ) {
    const opened = (await open.apply(this, args))!;
    reads.open += 1;
    return {
      size: opened.size,
      read: async (into, at) => {
        const read = await opened.read(into, at);
        reads.bytes += read;
        return read;
      },
      close: () => {
        reads.open -= 1;
        opened.close();
      },
    };
  });

  const unread = await begin(dee.token);
  await expect.poll(() => reads.open).toBe(1);
  const { message } = expectRefusal(await refused(PATH, dee.token), 'rate_limited');
  expect(message).toBe(
    'You have 1 export in progress, which is the limit; wait for the end of one',
  );
  unread.destroy();
  await expect.poll(() => reads.open).toBe(0);
  expect(reads.bytes).toBeLessThan(LARGE.length);

  // The place is free as soon as the connection is known to be gone.
  await expect
    .poll(async () => (await download(server, PATH, { ...dee, method: 'HEAD' })).status)
    .toBe(200);
  const whole = await buffer(await begin(dee.token));
  expect((await unzip(whole)).get(`files/${film.id}-film.bin`)!.equals(LARGE)).toBe(true);

  const late = await begin(dee.token);
  await expect.poll(() => reads.open).toBe(1);
  await call(server, 'POST', '/auth/logout', dee);
  await expect(buffer(late)).rejects.toThrow('aborted');
  await expect.poll(() => reads.open).toBe(0);
});
