import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type FormatEnum } from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import type { FileInfo, Message, MessagePage } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { dialect } from '../support/dialect.ts';
import { download, filesIn, upload } from '../support/files.ts';
import { temporaryFolder } from '../support/server.ts';
import { isLong, PATIENCE, print, scaled, seeded, type Random } from './support/scale.ts';
import { Site } from './support/site.ts';

const KILLS = scaled(1, 50);
const UPLOADERS = 12;

/** What a client knows of a file whose upload was answered. */
interface Known {
  readonly sha256: string;
  readonly owner: Account;
  /** The message whose send was acked with it. */
  seq: number | null;
  /** Its deletion, or that of its message, was answered. */
  isGone: boolean;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A client that uploads, sends and deletes files, whatever happens to the server. */
class Uploader {
  readonly known = new Map<string, Known>();
  readonly #site: Site;
  readonly #random: Random;
  readonly #owner: Account;
  readonly #roomId: string;
  readonly #running: Promise<void>;
  #isStopped = false;
  #sends = 0;

  constructor(site: Site, random: Random, owner: Account, roomId: string) {
    this.#site = site;
    this.#random = random;
    this.#owner = owner;
    this.#roomId = roomId;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const file = await this.#upload();
      if (!file) continue;
      const random = this.#random;
      if (random.chance(0.7)) {
        const seq = await this.#send(file);
        if (random.chance(0.4)) await this.#delete(file, `/rooms/${this.#roomId}/messages/${seq}`);
      } else if (random.chance(0.5)) await this.#delete(file, `/files/${file.id}`);
    }
  }

  /** An upload whose answer does not arrive is nobody's: the file may be there, until it is deleted as unsent. */
  async #upload(): Promise<FileInfo | null> {
    // Small ones spend most of their time where a crash could part a file from its row.
    const size = this.#random.int(0, this.#random.chance(0.1) ? 1_000_000 : 2_000);
    const bytes = Buffer.alloc(size, this.#random.int(0, 255));
    const at = await this.#site.up();
    try {
      const { status, body } = await upload(at, this.#owner.token, this.#roomId, bytes);
      expect([201, 503]).toContain(status);
      if (status !== 201) return null;
      const known = { sha256: sha256(bytes), owner: this.#owner, seq: null, isGone: false };
      this.known.set(body.id, known);
      return body;
    } catch (error) {
      if (!isLost(error)) throw error;
      return null;
    }
  }

  async #send({ id }: FileInfo): Promise<number> {
    const clientMsgId = `${this.#owner.user.id} ${(this.#sends += 1)}`;
    const body = { text: '', fileIds: [id], clientMsgId };
    const sent = await this.#insist<Message>('POST', `/rooms/${this.#roomId}/messages`, body);
    expect([sent.status, sent.body.files.map((file) => file.id)]).toEqual([
      expect.toBeOneOf([200, 201]),
      [id],
    ]);
    this.known.get(id)!.seq = sent.body.seq;
    return sent.body.seq;
  }

  async #delete({ id }: FileInfo, path: string): Promise<void> {
    const { status } = await this.#insist('DELETE', path);
    // 404: an earlier try was carried out.
    expect([200, 204, 404]).toContain(status);
    this.known.get(id)!.isGone = true;
  }

  /** Repeats a request until the server answers it. */
  async #insist<T>(method: string, path: string, body?: object) {
    for (;;) {
      const at = await this.#site.up();
      try {
        const answer = await call<T>(at, method, path, { token: this.#owner.token, body });
        if (answer.status !== 503) return answer;
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }
  }
}

/** Whether a request failed with its connection. */
const isLost = (error: unknown) => error instanceof TypeError;

it(
  `keeps every acked file and each with its message, and no other, when it is killed ${KILLS} times while files come and go`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const site = new Site();
    const child = await site.start();
    const owners = await Promise.all(
      Array.from({ length: UPLOADERS }, (_, i) => signUp(child, `Uploader ${i}`)),
    );
    const room = await createRoom(child, owners[0]!.token, 'files');
    await Promise.all(owners.map(({ token }) => joinRoom(child, token, room.id)));
    const uploaders = owners.map((owner) => new Uploader(site, random, owner, room.id));
    const knownFiles = () => uploaders.flatMap(({ known }) => [...known]);
    for (let i = 0; i < KILLS; i += 1) {
      const before = knownFiles().length;
      const more = random.int(1, scaled(20, 100));
      await expect
        .poll(() => knownFiles().length - before, { timeout: 60_000 })
        .toBeGreaterThan(more);
      expect(await site.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      await site.start();
    }
    await Promise.all(uploaders.map((uploader) => uploader.stop()));

    // What was acked is there, with its bytes; what was deleted is not.
    const at = site.child;
    for (const [id, { sha256: hash, owner, isGone }] of knownFiles()) {
      const { status, body } = await download(at, `/files/${id}`, { token: owner.token });
      expect([id, status]).toEqual([id, isGone ? 404 : 200]);
      if (!isGone) expect([id, sha256(body)]).toEqual([id, hash]);
    }
    // Each message has its files, and each sent file its message.
    const messages = await readMessages(at, owners[0]!, room.id);
    const carried = new Map(messages.flatMap(({ seq, files }) => files.map(({ id }) => [id, seq])));
    for (const [id, { seq, isGone }] of knownFiles()) {
      if (seq !== null && !isGone) expect([id, carried.get(id)]).toEqual([id, seq]);
    }
    // Rows and files are the same.
    const db = await openDatabaseOf(site.dataDir);
    const rows = async () => await db.selectFrom('files').select(['id', 'seq']).execute();
    expect(
      new Map((await rows()).flatMap(({ id, seq }) => (seq === null ? [] : [[id, seq]]))),
    ).toEqual(carried);
    const left = async () => (await db.selectFrom('file_removals').selectAll().execute()).length;
    await expect.poll(left, { timeout: 40_000 }).toBe(0);
    const onDisk = () => filesIn(join(site.dataDir, 'files'));
    const kept = (await rows()).map(({ id }) => `${id.slice(0, 2)}/${id}`);
    // Another node may be about to add a row: the sweep leaves its file for an hour.
    if (dialect() === 'postgres') expect(onDisk()).toEqual(expect.arrayContaining(kept));
    else await expect.poll(() => onDisk().toSorted()).toEqual(kept.toSorted());
    const acked = knownFiles().length;
    print(`kill -9 under uploads: ${KILLS} times, ${acked} files acked, ${kept.length} kept`);
  },
);

/** Needs root, to mount a small disk. */
for (const size of isLong ? ['24m'] : []) {
  it(
    `answers unavailable on a full disk of ${size}, keeps what was there, and goes on once there is room`,
    { timeout: PATIENCE },
    async () => {
      const disk = join(temporaryFolder(), 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
      onTestFinished(() => void execFileSync('umount', [disk]));
      const folder = join(disk, 'files');
      const site = new Site({ FILES_DIR: folder });
      const at = await site.start();
      const ana = await signUp(at, 'Ana');
      const room = await createRoom(at, ana.token, 'files');
      const bytes = Buffer.alloc(3_000_000, 'x');
      const kept: string[] = [];
      let answer = await upload(at, ana.token, room.id, bytes);
      while (answer.status === 201) {
        kept.push(answer.body.id);
        answer = await upload(at, ana.token, room.id, bytes);
      }
      expect(kept.length).toBeGreaterThan(3);
      expect([answer.status, (answer.body as Frame)['code']]).toEqual([503, 'unavailable']);
      expect(filesIn(folder)).toHaveLength(kept.length);
      const { status } = await postMessage(at, ana.token, room.id, { text: '', fileIds: kept });
      expect(status).toBe(201);
      for (const id of kept) {
        const { body } = await download(at, `/files/${id}`, { token: ana.token });
        expect(body.equals(bytes)).toBe(true);
      }
      const { body: page } = await call<MessagePage>(at, 'GET', `/rooms/${room.id}/messages`, ana);
      const { seq } = page.messages.at(-1)!;
      await call(at, 'DELETE', `/rooms/${room.id}/messages/${seq}`, ana);
      await expect.poll(() => filesIn(folder)).toEqual([]);
      expect((await upload(at, ana.token, room.id, bytes)).status).toBe(201);
    },
  );
}

/** Needs root, too. Noise, whose clean copy is as large as it is. */
for (const format of isLong ? (['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) : []) {
  it(
    `answers unavailable where a ${format} fits on the disk and its clean copy does not`,
    { timeout: PATIENCE },
    async () => {
      const disk = join(temporaryFolder(), 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
      onTestFinished(() => void execFileSync('umount', [disk]));
      const site = new Site({ FILES_DIR: join(disk, 'files') });
      const at = await site.start();
      const ana = await signUp(at, 'Ana');
      const room = await createRoom(at, ana.token, 'files');
      const bytes = await noise(700, format);
      const filler = join(disk, 'filler');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - bytes.length - 64 * 1024));
      const { status, body } = await upload(at, ana.token, room.id, bytes, `noise.${format}`);
      expect([status, (body as unknown as Frame)['code']]).toEqual([503, 'unavailable']);
      expect(filesIn(join(disk, 'files'))).toEqual([]);
      rmSync(filler);
      expect((await upload(at, ana.token, room.id, bytes, `noise.${format}`)).status).toBe(201);
    },
  );
}

/** A picture of random pixels. */
async function noise(side: number, format: keyof FormatEnum | 'avif') {
  const raw = { width: side, height: side, channels: 3 as const };
  const picture = sharp(randomBytes(side * side * 3), { raw });
  return Buffer.from(await picture.toFormat(format as keyof FormatEnum).toBuffer());
}

async function readMessages(at: Site['child'], { token }: Account, roomId: string) {
  const all: Message[] = [];
  for (let after = 0, hasMore = true; hasMore; after = all.at(-1)?.seq ?? 0) {
    const path = `/rooms/${roomId}/messages?after=${after}&limit=200`;
    const { body } = await call<MessagePage>(at, 'GET', path, { token });
    all.push(...body.messages);
    ({ hasMore } = body);
  }
  return all;
}
