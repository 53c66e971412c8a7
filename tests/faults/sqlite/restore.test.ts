import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createRoom,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  signUp,
  type At,
} from '../../support/client.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';
import { PATIENCE, scaled } from '../support/scale.ts';
import { Site } from '../support/site.ts';

const send = async (at: At, token: string, roomId: string, count: number) => {
  for (let i = 0; i < count; i += 1) await postMessage(at, token, roomId, `text ${i}`);
};

/** Connects, disconnects, and returns the cursors of a client and their epoch. */
async function cursorsOf(at: At, token: string, roomId: string) {
  const socket = await openSocket(at, token, roomId);
  const { epoch } = await socket.next('welcome');
  const { seq } = await socket.next('live');
  await socket.close();
  const stream = openStream(at, token);
  const { id } = await stream.next('ready');
  stream.close();
  return { epoch: String(epoch), seq: Number(seq), id: String(id) };
}

/** Resumes from these cursors and returns whether the server resets them. */
async function isReset(
  at: At,
  token: string,
  roomId: string,
  cursors: Awaited<ReturnType<typeof cursorsOf>>,
) {
  const { seq: after, epoch, id } = cursors;
  const socket = await openLiveSocket(at, token, roomId, { after, epoch });
  await socket.close();
  const stream = openStream(at, token, id);
  await stream.next('live');
  stream.close();
  const hasReset = (frames: readonly { [key: string]: unknown }[]) =>
    frames.some(({ type }) => type === 'reset');
  return { socket: hasReset(socket.frames), stream: hasReset(stream.events) };
}

it(
  'resets newer cursors after an older copy of the database was restored, with its high-water mark and without',
  { timeout: PATIENCE },
  async () => {
    const dataDir = temporaryFolder();
    const start = async () => startServer({ DATA_DIR: dataDir });
    let server = await start();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'restored');
    await send(server, token, room.id, 5);
    await server.stop();
    const file = join(dataDir, 'charla.db');
    const copy = `${file}.copy`;
    copyFileSync(file, copy);

    server = await start();
    const noReset = { socket: false, stream: false };
    let count = 5;
    await send(server, token, room.id, count);
    for (const mark of ['kept', 'lost']) {
      const old = await cursorsOf(server, token, room.id);
      await server.stop();
      copyFileSync(copy, file);
      if (mark === 'lost') rmSync(`${file}-pos`);

      server = await start();
      // The server assigns the same seqs again, to other messages, so the old cursors must not be valid.
      count += 3;
      await send(server, token, room.id, count);
      const present = await cursorsOf(server, token, room.id);
      expect(present.epoch).not.toBe(old.epoch);
      expect(present.seq, mark).toBeGreaterThan(old.seq);
      expect(await isReset(server, token, room.id, old)).toEqual({ socket: true, stream: true });
      expect(await isReset(server, token, room.id, present)).toEqual(noReset);
    }

    const present = await cursorsOf(server, token, room.id);
    await server.stop();
    server = await start();
    expect(await isReset(server, token, room.id, present)).toEqual(noReset);
  },
);

it(
  'keeps the epoch and all cursors valid when it is killed or stopped and started again',
  { timeout: PATIENCE },
  async () => {
    const site = new Site();
    let server = await site.start();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'kept');
    const signals = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGTERM'] as const;
    for (const signal of signals.slice(0, scaled(1, signals.length))) {
      await send(server, token, room.id, 3);
      const cursors = await cursorsOf(server, token, room.id);
      await send(server, token, room.id, 3);
      await site.stop(signal);
      server = await site.start();
      expect((await cursorsOf(server, token, room.id)).epoch).toBe(cursors.epoch);
      expect(await isReset(server, token, room.id, cursors)).toEqual({
        socket: false,
        stream: false,
      });
    }
  },
);
