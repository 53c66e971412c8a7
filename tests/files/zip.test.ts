import { setImmediate } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { nameInZip, zipOf, type ZipEntry } from '../../src/files/zip.ts';
import { unzip } from '../support/unzip.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Content in parts of 64 KiB, which says how much of it was taken, and whether it is still in use. */
class Content {
  taken = 0;
  inUse = false;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  async *read(): AsyncIterable<Uint8Array> {
    this.inUse = true;
    try {
      for (; this.taken < this.#size; this.taken += 64 * KIB) yield Buffer.alloc(64 * KIB, 'x');
    } finally {
      this.inUse = false;
    }
  }
}

const entry = (path: string, content: ZipEntry['content'], isText = false): ZipEntry => ({
  path,
  content,
  isText,
  changedAt: new Date(2026, 0, 1),
});

async function* entries(...list: ZipEntry[]): AsyncIterable<ZipEntry> {
  yield* list;
}

it('an archive of 20 MiB never has more than 1 MiB of it in memory', async () => {
  const content = new Content(20 * MIB);
  let given = 0;
  let most = 0;
  for await (const chunk of zipOf(entries(entry('film', content.read())))) {
    given += (chunk as Buffer).length;
    // A slow reader: whatever does not wait for it runs ahead here.
    for (let i = 0; i < 50; i += 1) await setImmediate();
    most = Math.max(most, content.taken - given);
  }
  expect(given).toBeGreaterThan(20 * MIB);
  expect(most).toBeLessThan(MIB);
  expect(content.inUse).toBe(false);
});

it('an archive is unpacked by others, with texts that are compressed', async () => {
  async function* text() {
    for (let i = 0; i < 1000; i += 1) yield `line ${i} of café\n`;
  }
  const film = new Content(128 * KIB);
  const list = [entry('a.txt', text(), true), entry('files/ñ b', film.read()), entry('c', text())];
  const archive = await buffer(zipOf(entries(...list)));
  const files = await unzip(archive);
  expect([...files.keys()]).toEqual(['a.txt', 'files/ñ b', 'c']);
  expect(files.get('a.txt')!.toString()).toMatch(/^line 0 of café\n[^]*line 999 of café\n$/);
  expect(files.get('a.txt')).toEqual(files.get('c'));
  expect(files.get('files/ñ b')).toEqual(Buffer.alloc(128 * KIB, 'x'));
  expect(archive.length).toBeLessThan(128 * KIB + 40 * KIB);
});

it('an archive whose reader goes away leaves what it read', async () => {
  const content = new Content(20 * MIB);
  let isLeft = false;
  async function* list(): AsyncIterable<ZipEntry> {
    try {
      yield entry('film', content.read());
    } finally {
      // Only now may a file be closed.
      isLeft = !content.inUse;
    }
  }
  const archive = zipOf(list());
  for await (const _ of archive) break;
  expect(archive.destroyed).toBe(true);
  await expect.poll(() => isLeft).toBe(true);
  expect(content.taken).toBeLessThan(2 * MIB);
});

it('an archive ends with the error of what it reads', async () => {
  async function* broken() {
    yield 'text';
    throw new Error('the disk is gone');
  }
  const later = new Content(MIB);
  const archive = zipOf(entries(entry('a', broken()), entry('b', later.read())));
  await expect(buffer(archive)).rejects.toThrow('the disk is gone');
  expect(later.taken).toBe(0);
  async function* none(): AsyncIterable<ZipEntry> {
    yield* [];
    throw new Error('no list');
  }
  await expect(buffer(zipOf(none()))).rejects.toThrow('no list');
});

it.each([
  ['notes.txt', 'ID-notes.txt'],
  ['a/b\\c:d*e?f"g<h>i|j\u0007.md', 'ID-a_b_c_d_e_f_g_h_i_j_.md'],
  ['..', 'ID-'],
  ['ends. .', 'ID-ends'],
  ['día 😀.png', 'ID-día 😀.png'],
  [`${'é'.repeat(250)}.png`, `ID-${'é'.repeat(98)}.png`],
])('names the file %j so that every system can unpack it', (name, shown) => {
  expect(nameInZip('ID', name)).toBe(shown);
});
