import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileInfo, Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { download, linkTo, PIXEL, sentFile, upload, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
let room: Room;
beforeAll(async () => {
  [ana, bo] = await Promise.all([signUp(server, 'Ana'), signUp(server, 'Bo')]);
  room = await createRoom(server, ana.token, 'Kitchen');
});

const fileOfAna = async (content?: string, name?: string) =>
  uploaded(server, ana.token, room.id, content, name);
const send = async (body: object, by = ana) => postMessage(server, by.token, room.id, body);

it('stores a file as it is, and returns what it is', async () => {
  const bytes = new Uint8Array(randomBytes(300_000));
  const { status, body } = await upload(server, ana.token, room.id, bytes, 'random.bin');
  expect([status, body]).toEqual([
    201,
    {
      id: expect.stringMatching(/^[\w-]{16}$/),
      name: 'random.bin',
      type: 'application/octet-stream',
      size: 300_000,
      width: null,
      height: null,
      alt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ]);
  const got = await download(server, `/files/${body.id}`, ana);
  expect(got.body.equals(bytes)).toBe(true);
});

it('stores an empty file', async () => {
  const file = await fileOfAna('', 'empty.txt');
  expect(file).toMatchObject({ name: 'empty.txt', size: 0 });
  const got = await download(server, `/files/${file.id}`, {
    ...ana,
    headers: { range: 'bytes=0-' },
  });
  expect([got.status, got.headers.get('content-length'), got.body.length]).toEqual([200, '0', 0]);
});

it('delivers, replays and lists a message with its files, in their order, with what they show', async () => {
  const socket = await openLiveSocket(server, bo.token, room.id);
  const picture = await uploaded(server, ana.token, room.id, PIXEL, 'dot.png');
  const notes = await fileOfAna();
  const ack = await (
    await openLiveSocket(server, ana.token, room.id)
  ).ask({
    type: 'send',
    text: '',
    fileIds: [notes.id, picture.id],
    alts: { [picture.id]: 'One pixel' },
  });
  expect(ack['type']).toBe('ack');
  const files = [notes, { ...picture, alt: 'One pixel' }];
  expect(picture).toMatchObject({ type: 'image/png', width: 1, height: 1 });
  const { message } = await socket.next('message.created');
  expect(message).toMatchObject({ text: '', files });
  const replay = await openLiveSocket(server, bo.token, room.id, { after: ack['seq'] - 1 });
  expect(replay.frames.find(({ type }) => type === 'message.created')!['message']).toEqual(message);
  const { body } = await call<{ messages: Message[] }>(
    server,
    'GET',
    `/rooms/${room.id}/messages?after=${ack['seq'] - 1}`,
    bo,
  );
  expect(body.messages[0]).toEqual(message);
});

it('replays a deleted message without its files, which are gone', async () => {
  const { file, message } = await sentFile(server, ana.token, room.id);
  const { body: link } = await linkTo(server, bo.token, file.id);
  expect((await download(server, link.url)).status).toBe(200);
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${message.seq}`, ana);
  for (const path of [link.url, `/files/${file.id}`]) {
    expectRefusal(await call(server, 'GET', path, path === link.url ? {} : ana), 'file_not_found');
  }
  const replay = await openLiveSocket(server, bo.token, room.id, { after: message.seq - 1 });
  const created = replay.frames.find(({ seq }) => seq === message.seq);
  expect(created!['message']).toMatchObject({ text: '', files: [] });
});

describe('fileIds', () => {
  it('need no text, which may be "" in an edit, too', async () => {
    const file = await fileOfAna();
    const { body } = await send({ text: 'look', fileIds: [file.id] });
    const path = `/rooms/${room.id}/messages/${body.seq}`;
    const edit = (text: string) =>
      call<Message>(server, 'PATCH', path, { token: ana.token, body: { text } });
    expect((await edit('')).body).toMatchObject({ text: '', files: [file] });
    expectRefusal(await edit(' '), 'validation_failed', ['/text']);
    const { body: bare } = await send({ text: 'no files' });
    const other = `/rooms/${room.id}/messages/${bare.seq}`;
    const emptied = await call(server, 'PATCH', other, { token: ana.token, body: { text: '' } });
    expectRefusal(emptied, 'validation_failed', ['/text']);
    expectRefusal(await send({ text: '', fileIds: [] }), 'validation_failed', ['/text']);
  });

  it('are ten at most, each once, and have no alts but their own', async () => {
    const files: FileInfo[] = [];
    for (let i = 0; i < 11; i += 1) files.push(await fileOfAna(`${i}`));
    const ids = files.map(({ id }) => id);
    expectRefusal(await send({ text: 'a', fileIds: ids }), 'validation_failed', ['/fileIds']);
    const twice = { text: 'a', fileIds: [ids[0], ids[0]] };
    expectRefusal(await send(twice), 'validation_failed', ['/fileIds']);
    const stray = { text: 'a', fileIds: [ids[0]], alts: { [ids[1]!]: 'b' } };
    expectRefusal(await send(stray), 'validation_failed', ['/alts']);
    const long = { text: 'a', fileIds: [ids[0]], alts: { [ids[0]!]: 'b'.repeat(501) } };
    expectRefusal(await send(long), 'validation_failed');
    expect((await send({ text: '', fileIds: ids.slice(0, 10) })).body.files).toHaveLength(10);
  });

  it('are of unsent files of the sender and the room', async () => {
    const own = await fileOfAna();
    const others = await uploaded(server, bo.token, room.id);
    const elsewhere = await createRoom(server, ana.token, 'Garden');
    const there = await uploaded(server, ana.token, elsewhere.id);
    const { file: sent } = await sentFile(server, ana.token, room.id);
    for (const id of [others.id, there.id, sent.id, 'AAAAAAAAAAAAAAAA']) {
      expectRefusal(await send({ text: '', fileIds: [own.id, id] }), 'file_not_found');
    }
    // Nothing of the refused sends has taken it.
    expect((await send({ text: '', fileIds: [own.id] })).status).toBe(201);
  });

  it('go with one message, also where several name them at once', async () => {
    const file = await fileOfAna();
    const socket = await openLiveSocket(server, ana.token, room.id);
    const sends = ['a', 'b', 'c'].map((text) => ({ type: 'send', text, fileIds: [file.id] }));
    const answers = await sendAtOnce(socket, sends);
    const types = [...answers.values()].map(({ type, code }) => (code ?? type) as string);
    expect(types.toSorted()).toEqual(['ack', 'file_not_found', 'file_not_found']);
  });

  it('are a part of what a clientMsgId repeats: at once, later, after an edit and a deletion', async () => {
    const [file, other] = [await fileOfAna(), await fileOfAna()];
    const first = { text: 'once', fileIds: [file.id], clientMsgId: 'with a file' };
    const socket = await openLiveSocket(server, ana.token, room.id);
    const answers = await sendAtOnce(socket, [
      { type: 'send', ...first },
      { type: 'send', ...first },
      { type: 'send', ...first, fileIds: [other.id] },
    ]);
    const [ack, repeat, mismatch] = [0, 1, 2].map((i) => answers.get(i));
    expect(ack!['type']).toBe('ack');
    expect(repeat).toMatchObject({ type: 'ack', seq: ack!['seq'], duplicate: true });
    expect(mismatch).toMatchObject({ type: 'error', code: 'idempotency_mismatch' });
    const path = `/rooms/${room.id}/messages/${ack!['seq']}`;
    const expectRepeats = async (now: object) => {
      const { status, body } = await send(first);
      expect([status, body]).toEqual([200, expect.objectContaining(now)]);
      expectRefusal(await send({ ...first, fileIds: [] }), 'idempotency_mismatch');
      expectRefusal(await send({ ...first, fileIds: [other.id] }), 'idempotency_mismatch');
    };
    await expectRepeats({ text: 'once', files: [file] });
    await call(server, 'PATCH', path, { token: ana.token, body: { text: 'edited' } });
    await expectRepeats({ text: 'edited', files: [file] });
    await call(server, 'DELETE', path, ana);
    await expectRepeats({ text: '', files: [] });
    expect((await send({ text: '', fileIds: [other.id] })).status).toBe(201);
  });
});

describe('the name of a file', () => {
  const escapes: [sent: string, kept: string][] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\win.ini', 'win.ini'],
    ['..', 'file'],
    ['', 'file'],
    ['   ', 'file'],
    ['.bashrc', '.bashrc'],
    ['quotes "and" \'ticks\'.txt', 'quotes "and" \'ticks\'.txt'],
    ['a;b=c,d.txt', 'a;b=c,d.txt'],
    ['line\r\nSet-Cookie: a=b', 'line Set-Cookie: a=b'],
    ['nul\0.txt', 'nul .txt'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['<img src=x onerror=alert(1)>.svg', '<img src=x onerror=alert(1)>.svg'],
    ['100%.txt', '100%.txt'],
    ['日本語 ñandú 🦆.txt', '日本語 ñandú 🦆.txt'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(250)}.jpeg`],
    ['🦆'.repeat(300), '🦆'.repeat(255)],
  ];

  it('is data: it is no path, and no header is made of it unescaped', async () => {
    for (const [sent, kept] of escapes) {
      // FormData turns a slash into a colon.
      const file = sent.includes('/') ? await uploadAs(sent) : await fileOfAna('x', sent);
      expect([sent, file.name]).toEqual([sent, kept]);
      const { status, headers } = await download(server, `/files/${file.id}`, ana);
      const disposition = headers.get('content-disposition')!;
      const [, ascii, encoded] =
        /^inline; filename="([ !#-[\]-~]*)"; filename\*=UTF-8''([\w.!#$&+^`|~%-]*)$/.exec(
          disposition,
        ) ?? [];
      expect([sent, status, headers.get('set-cookie')]).toEqual([sent, 200, null]);
      expect([sent, decodeURIComponent(encoded ?? '')]).toEqual([sent, kept]);
      expect([sent, ascii]).toEqual([sent, kept.replaceAll(/[^\x20-\x7e]|["%\\]/gu, '_')]);
    }
  });

  /** Uploads a file under a name that only a client of its own can send. */
  async function uploadAs(name: string): Promise<FileInfo> {
    const body =
      `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      'Content-Type: text/plain\r\n\r\nx\r\n--x--\r\n';
    const { body: file } = await call<FileInfo>(server, 'POST', `/rooms/${room.id}/files`, {
      token: ana.token,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body,
    });
    return file;
  }
});
