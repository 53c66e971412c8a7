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
import { download, formOf, linkTo, PIXEL, sentFile, upload, uploaded } from '../support/files.ts';
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

describe('a download', () => {
  const text = 'abcdefghij';
  let path: string;
  let etag: string;
  beforeAll(async () => {
    const { id } = await fileOfAna(text, 'letters.txt');
    path = `/files/${id}`;
    etag = (await download(server, path, ana)).headers.get('etag')!;
  });
  const get = (headers: object = {}, method = 'GET') =>
    download(server, path, { token: ana.token, headers, method });

  it('has headers under which nothing of it can run', async () => {
    const { status, headers } = await get();
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=600, immutable',
      'content-length': '10',
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
      'content-type': 'text/plain; charset=utf-8',
      'cross-origin-resource-policy': 'same-origin',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    });
    expect(etag).toMatch(/^"[\w-]{16}"$/);
  });

  it.each([
    ['page.html', '<!doctype html><script>alert(1)</script>'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['feed.xml', '<?xml version="1.0"?><a/>'],
    ['letter.pdf', '%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'],
    ['data.bin', '\u0000\u0001\u0002'],
  ])(
    'is saved, not shown, unless it is a picture, sound, video or plain text: %s',
    async (name, content) => {
      const { id, type } = await fileOfAna(content, name);
      const { headers } = await download(server, `/files/${id}`, ana);
      const isText = type === 'text/plain';
      expect(headers.get('content-disposition')).toMatch(isText ? /^inline/ : /^attachment/);
      // What a browser would run is never a type that it would show as that.
      expect(headers.get('content-type')).toBe(isText ? 'text/plain; charset=utf-8' : type);
      expect(headers.get('content-security-policy')).toMatch(/^sandbox;/);
    },
  );

  it.each<[range: string, status: number, from: number, to: number]>([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=2-4', 206, 2, 5],
    ['bytes=8-', 206, 8, 10],
    ['bytes=-3', 206, 7, 10],
    ['bytes=-30', 206, 0, 10],
    ['bytes=5-999', 206, 5, 10],
    ['bytes=4-2', 200, 0, 10],
    ['bytes=0-1,4-5', 200, 0, 10],
    ['bytes=a-b', 200, 0, 10],
    ['lines=1-2', 200, 0, 10],
    ['bytes=-', 200, 0, 10],
  ])('answers Range: %s with %i', async (range, status, from, to) => {
    const got = await get({ range });
    const shown = status === 206 ? `bytes ${from}-${to - 1}/10` : null;
    expect([got.status, got.body.toString()]).toEqual([status, text.slice(from, to)]);
    expect(got.headers.get('content-range')).toBe(shown);
    expect(got.headers.get('content-length')).toBe(String(to - from));
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('has no bytes at Range: %s', async (range) => {
    const { status, headers, body } = await get({ range });
    expect([status, headers.get('content-range')]).toEqual([416, 'bytes */10']);
    expect(headers.get('cache-control')).toBeNull();
    expect(JSON.parse(body.toString())).toMatchObject({
      statusCode: 416,
      code: 'validation_failed',
    });
  });

  it('is resumed where it is still the same, by If-Range', async () => {
    const range = 'bytes=5-';
    expect((await get({ range, 'if-range': etag })).body.toString()).toBe('fghij');
    for (const other of ['"another"', `W/${etag}`, 'Sat, 01 Jan 2000 00:00:00 GMT']) {
      const { status, body } = await get({ range, 'if-range': other });
      expect([other, status, body.toString()]).toEqual([other, 200, text]);
    }
  });

  it('is not repeated to those who have it, by If-None-Match', async () => {
    for (const known of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      const { status, headers, body } = await get({ 'if-none-match': known, range: 'bytes=99-' });
      expect([known, status, body.length]).toEqual([known, 304, 0]);
      expect([headers.get('etag'), headers.get('cache-control')]).toEqual([
        etag,
        'private, max-age=600, immutable',
      ]);
    }
    expect((await get({ 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('has the same headers for HEAD, of the whole file', async () => {
    const { status, headers, body } = await get({ range: 'bytes=1-2' }, 'HEAD');
    expect([status, headers.get('content-length'), body.length]).toEqual([200, '10', 0]);
    expect(headers.get('etag')).toBe(etag);
    expect((await get({ 'if-none-match': etag }, 'HEAD')).status).toBe(304);
  });

  it('of a thumbnail is one of a picture only', async () => {
    const { id } = await uploaded(server, ana.token, room.id, PIXEL, 'dot.png');
    const got = await download(server, `/files/${id}/thumbnail`, ana);
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(got.headers.get('content-disposition')).toMatch(/^inline; filename="dot.png.webp"/);
    expect(got.headers.get('etag')).toBe(`"${id}.thumbnail"`);
    expect(got.body.subarray(8, 12).toString()).toBe('WEBP');
    const none = await call(server, 'GET', `${path}/thumbnail`, ana);
    expectRefusal(none, 'file_not_found');
    expect(await linkTo(server, ana.token, path.slice(7))).toMatchObject({
      body: { thumbnailUrl: null },
    });
  });
});

describe('a form', () => {
  const post = async (form: FormData) => upload(server, ana.token, room.id, form);

  it('has one part, a file named `file`', async () => {
    const text = new FormData();
    text.append('file', 'not a file');
    const other = new FormData();
    other.append('picture', new Blob(['x']), 'x.txt');
    const more = formOf('x');
    more.append('caption', 'hello');
    const before = new FormData();
    before.append('caption', 'hello');
    before.append('file', new Blob(['x']), 'x.txt');
    const two = formOf('x');
    two.append('file', new Blob(['y']), 'y.txt');
    const many = formOf('x');
    for (let i = 0; i < 20; i += 1) many.append('file', new Blob(['y']), 'y.txt');
    for (const [form, paths] of [
      [text, ['/file']],
      [other, ['/picture']],
      [more, ['/caption']],
      [before, ['/caption']],
      [two, ['/file']],
      [many, ['/file']],
    ] as const) {
      expectRefusal(await post(form), 'validation_failed', paths);
    }
  });

  it.each([
    ['no parts', '--x--\r\n', 'multipart/form-data; boundary=x', 'validation_failed'],
    [
      'no end',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
      'multipart/form-data; boundary=x',
      'validation_failed',
    ],
    [
      'no headers',
      '--x\r\n\r\nabc\r\n--x--',
      'multipart/form-data; boundary=x',
      'validation_failed',
    ],
    [
      'no name',
      '--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\nabc\r\n--x--',
      'multipart/form-data; boundary=x',
      'validation_failed',
    ],
    [
      'a prototype',
      '--x\r\nContent-Disposition: form-data; name="__proto__"; filename="a"\r\n\r\nabc\r\n--x--',
      'multipart/form-data; boundary=x',
      'validation_failed',
    ],
    ['another boundary', '--y--\r\n', 'multipart/form-data; boundary=x', 'validation_failed'],
    [
      'a long boundary',
      '--x--\r\n',
      `multipart/form-data; boundary=${'x'.repeat(300)}`,
      'validation_failed',
    ],
    ['nothing', '', 'multipart/form-data; boundary=x', 'validation_failed'],
    ['no boundary', '--x--\r\n', 'multipart/form-data', 'unsupported_media_type'],
    ['bytes', 'abc', 'application/octet-stream', 'unsupported_media_type'],
    ['JSON', '{}', 'application/json', 'unsupported_media_type'],
  ] as const)('is refused with %s', async (_, body, type, code) => {
    const answer = await call(server, 'POST', `/rooms/${room.id}/files`, {
      token: ana.token,
      headers: { 'content-type': type },
      body,
    });
    expectRefusal(answer, code);
  });

  it('is for this route alone', async () => {
    const response = await fetch(`${server.url}/rooms/${room.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ana.token}`, connection: 'close' },
      body: formOf('x'),
    });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { code: 'unsupported_media_type' },
    ]);
  });
});
