import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { call, createRoom, openSocket, openStream, signUp, type At } from '../support/client.ts';
import { startServer, temporaryFolder } from '../support/server.ts';
import { PATIENCE, scaled } from './support/scale.ts';
import { Site } from './support/site.ts';

const send = async (at: At, token: string, roomId: string, count: number) => {
  for (let i = 0; i < count; i += 1) {
    await call(at, 'POST', `/rooms/${roomId}/messages`, { token, body: { text: `text ${i}` } });
  }
};

/** What a client holds when it goes away. */
async function holdings(at: At, token: string, roomId: string) {
  const socket = await openSocket(at, token, roomId);
  const { epoch } = await socket.next('welcome');
  const { seq } = await socket.next('live');
  await socket.close();
  const stream = openStream(at, token);
  const { id } = await stream.next('ready');
  stream.close();
  return { epoch: String(epoch), seq: Number(seq), id: String(id) };
}

/** How the server answers somebody who comes back with that. */
async function comeBack(
  at: At,
  token: string,
  roomId: string,
  held: Awaited<ReturnType<typeof holdings>>,
) {
  const { seq: after, epoch, id } = held;
  const socket = await openSocket(at, token, roomId, { after, epoch });
  await socket.next('live');
  await socket.close();
  const stream = openStream(at, token, id);
  await stream.next('live');
  stream.close();
  const says = (frames: readonly { [key: string]: unknown }[]) =>
    frames.some(({ type }) => type === 'reset');
  return { socket: says(socket.frames), stream: says(stream.events) };
}

it.each(['keeps', 'loses'] as const)(
  'answers cursors of before with reset where an older copy of the database was put back, which %s the note beside it',
  { timeout: PATIENCE },
  async (note) => {
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
    await send(server, token, room.id, 5);
    const held = await holdings(server, token, room.id);
    await server.stop();
    copyFileSync(copy, file);
    if (note === 'loses') rmSync(`${file}-pos`);

    server = await start();
    // The same numbers are given out again, to other messages: that is why a cursor must not hold.
    await send(server, token, room.id, 8);
    const present = await holdings(server, token, room.id);
    expect(present.epoch).not.toBe(held.epoch);
    expect(present.seq).toBeGreaterThan(held.seq);
    expect(await comeBack(server, token, room.id, held)).toEqual({ socket: true, stream: true });
    expect(await comeBack(server, token, room.id, present)).toEqual({
      socket: false,
      stream: false,
    });

    await server.stop();
    server = await start();
    expect(await comeBack(server, token, room.id, present)).toEqual({
      socket: false,
      stream: false,
    });
  },
);

it(
  'keeps the epoch, and every cursor good, when it is killed or stopped and started again',
  { timeout: PATIENCE },
  async () => {
    const site = new Site();
    let server = await site.start();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'kept');
    const signals = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGTERM'] as const;
    for (const signal of signals.slice(0, scaled(2, signals.length))) {
      await send(server, token, room.id, 3);
      const held = await holdings(server, token, room.id);
      await send(server, token, room.id, 3);
      await site.stop(signal);
      server = await site.start();
      expect((await holdings(server, token, room.id)).epoch).toBe(held.epoch);
      expect(await comeBack(server, token, room.id, held)).toEqual({
        socket: false,
        stream: false,
      });
    }
  },
);
