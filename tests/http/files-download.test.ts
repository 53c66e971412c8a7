import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import { download, linkTo, PIXEL, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Kitchen');
});

const fileOfAna = async (content?: string, name?: string) =>
  uploaded(server, ana.token, room.id, content, name);

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
