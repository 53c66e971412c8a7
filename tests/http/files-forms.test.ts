import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileInfo, Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import { download, formOf, upload } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Kitchen');
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

/** Bytes in which the boundary of a form starts again and again. */
function* almostBoundaries(): Generator<Buffer> {
  for (const bytes of [100_000, 1, 65_536, 20_000, 3, 300_000, 16_384]) {
    yield randomBytes(bytes);
    for (const start of ['\r', '\n--bound', '\r\n', '--boundar', '\r\n--boun', '\r\n\r\n--']) {
      yield Buffer.from(start);
    }
    yield Buffer.alloc(bytes, '\r\n--bounda');
  }
}

it('stores every byte of files that arrive at once, in parts of every size', async () => {
  const files = Array.from({ length: 4 }, () => [...almostBoundaries(), ...almostBoundaries()]);
  await Promise.all(
    files.map(async (parts) => {
      const head = Buffer.from(
        '--boundary\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n',
      );
      const sent = await fetch(`${server.url}/rooms/${room.id}/files`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ana.token}`,
          'content-type': 'multipart/form-data; boundary=boundary',
        },
        body: Readable.from([head, ...parts, Buffer.from('\r\n--boundary--\r\n')]),
        duplex: 'half',
      });
      const { id } = (await sent.json()) as FileInfo;
      expect(sent.status).toBe(201);
      const { body } = await download(server, `/files/${id}`, { token: ana.token });
      expect(body.equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});
