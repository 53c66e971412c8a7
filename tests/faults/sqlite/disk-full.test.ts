import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  call,
  createRoom,
  openLiveSocket,
  openStream,
  postMessage,
  signUp,
  type At,
  type Frame,
} from '../../support/client.ts';
import { expectRefusal } from '../../support/refusals.ts';
import { temporaryFolder } from '../../support/server.ts';
import { sendAtOnce } from '../../support/until.ts';
import { assemble } from '../support/assembled.ts';
import { isLong, PATIENCE, print } from '../support/scale.ts';
import { Site } from '../support/site.ts';
import { readLog, seqsById } from '../support/trail.ts';

interface Disk {
  readonly server: At;
  readonly fill: () => Promise<void>;
  readonly free: () => Promise<void>;
}

/** A server whose database cannot grow, for which SQLite fails as on a full disk. */
async function limitedDatabase(): Promise<Disk> {
  const mutations = new URL('../support/full-disk-mutations.ts', import.meta.url);
  const server = await assemble({ mutations });
  const limit = async (pages: number | null) =>
    server.store.mutate('limitGrowth' as never, pages as never) as Promise<unknown>;
  return {
    server,
    fill: async () => void (await limit(30)),
    free: async () => void (await limit(null)),
  };
}

/** A server on its own small disk, which a file fills. */
async function smallDisk(): Promise<Disk> {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('This test mounts a small tmpfs, which requires root', { cause: error });
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  const site = new Site({ DATA_DIR: join(disk, 'data') });
  const server = await site.start();
  const filler = join(disk, 'filler');
  return {
    server,
    fill: async () => {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, Buffer.alloc((bavail - 30) * bsize));
    },
    free: async () => rmSync(filler),
  };
}

const disks: [name: string, make: () => Promise<Disk>][] = [
  ['a database that cannot grow', limitedDatabase],
  ...(isLong ? [['a full disk', smallDisk] as [string, () => Promise<Disk>]] : []),
];

it.each(disks)(
  'rejects sends as unavailable on %s, still serves reads and streams, and recovers by itself',
  { timeout: PATIENCE },
  async (name, make) => {
    const { server, fill, free } = await make();
    const ana = await signUp(server, 'Ana');
    const { token } = ana;
    const room = await createRoom(server, token, 'full');
    const socket = await openLiveSocket(server, token, room.id);
    const stream = openStream(server, token);
    await stream.next('live');
    socket.ws.setMaxListeners(0);
    const acked = new Map<string, number>();
    const refused = new Map<string, Frame>();
    let last = 0;
    const sendSome = async (count: number) => {
      const commands = Array.from({ length: count }, () => ({
        type: 'send',
        text: `text ${(last += 1)} `.repeat(100),
        clientMsgId: `id ${last}`,
      }));
      const answers = await sendAtOnce(socket, commands);
      commands.forEach(({ clientMsgId }, i) => {
        const answer = answers.get(i)!;
        if (answer['type'] === 'ack') acked.set(clientMsgId, Number(answer['seq']));
        else refused.set(clientMsgId, answer);
      });
    };
    await sendSome(50);
    expect(refused.size).toBe(0);

    await fill();
    // In groups of several sizes: messages that still fit are acked, all others are refused.
    for (let i = 0; refused.size < 200; i += 1) {
      expect(i).toBeLessThan(1000);
      await sendSome([1, 5, 40][i % 3]!);
    }
    const whileFull = acked.size;
    for (const answer of refused.values()) {
      expect(answer).toMatchObject({ type: 'error', code: 'unavailable', retryable: true });
    }
    expectRefusal(await postMessage(server, token, room.id, 'x'.repeat(4000)), 'unavailable');
    // Reads still work in every way, and so do streams.
    const log = await readLog(server, token, room.id);
    expect(seqsById(log)).toEqual(new Map([...acked].map(([id, seq]) => [id, [seq]])));
    const history = `/rooms/${room.id}/messages?limit=5`;
    expect((await call(server, 'GET', history, { token })).status).toBe(200);
    const resumed = await openLiveSocket(server, token, room.id, { after: 0 });
    expect(resumed.frames.filter((frame) => 'actor' in frame)).toEqual(log);
    expect((await socket.ask({ type: 'ping' }))['type']).toBe('pong');
    resumed.send({ type: 'typing' });

    await free();
    // The next send is written without a restart, and the refused sends can be repeated.
    const again = await sendAtOnce(
      socket,
      [...refused.keys()].map((clientMsgId) => ({
        type: 'send',
        text: `text ${clientMsgId.slice(3)} `.repeat(100),
        clientMsgId,
      })),
    );
    [...refused.keys()].forEach((id, i) => {
      expect(again.get(i)).not.toHaveProperty('duplicate');
      acked.set(id, Number(again.get(i)!['seq']));
    });
    const whole = await readLog(server, token, room.id);
    expect(seqsById(whole)).toEqual(new Map([...acked].map(([id, seq]) => [id, [seq]])));
    // No seq was skipped, and the readers received every message once.
    const seqs = whole.slice(room.lastSeq).map(({ seq }) => Number(seq));
    expect(seqs).toEqual(Array.from({ length: acked.size }, (_, i) => room.lastSeq + 1 + i));
    const received = (frames: readonly Frame[]) =>
      frames.filter(({ type }) => type === 'message.created').map(({ seq }) => Number(seq));
    expect(received(socket.frames)).toEqual(seqs);
    while (received(stream.events).length < seqs.length) await stream.next('message.created');
    expect(received(stream.events)).toEqual(seqs);
    print(
      `${name}: ${whileFull} acked before and while full, ${refused.size} refused, all written after`,
    );
  },
);
