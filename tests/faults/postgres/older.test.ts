import { expect, it } from 'vitest';
import {
  call,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  type At,
  type Frame,
} from '../../support/client.ts';
import { onServer } from '../../support/postgres/databases.ts';
import { PostgresServer } from '../../support/postgres/server.ts';
import { PATIENCE } from '../support/scale.ts';
import { tapStream } from '../support/taps.ts';
import { shareNodes, type Node } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { within } from './support/within.ts';

const postgres = { server: null as PostgresServer | null };
const nodes = shareNodes(2, {
  database: async (defer) => {
    const server = await PostgresServer.start();
    postgres.server = server;
    defer(() => server.remove());
    return server.url('postgres');
  },
});

interface Cursors {
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
}

const send = async (at: At, token: string, roomId: string, count: number) => {
  for (let i = 0; i < count; i += 1) {
    expect((await postMessage(at, token, roomId, `text ${i}`)).status).toBe(201);
  }
};

/** Connects, disconnects, and returns the cursors of a client and their epoch. */
async function cursorsOf(at: At, token: string, roomId: string): Promise<Cursors> {
  const socket = await openSocket(at, token, roomId);
  const { epoch } = await socket.next('welcome');
  const { seq } = await socket.next('live');
  await socket.close();
  const stream = openStream(at, token);
  const { id } = await stream.next('ready');
  stream.close();
  return { epoch: String(epoch), seq: Number(seq), id: String(id) };
}

const hasReset = (frames: readonly Frame[]) => frames.some(({ type }) => type === 'reset');

/** Whether a client that returns with these cursors is told `reset`, over each transport. */
async function isReset(at: At, token: string, roomId: string, { epoch, seq, id }: Cursors) {
  const socket = await openLiveSocket(at, token, roomId, { after: seq, epoch });
  await socket.close();
  const stream = openStream(at, token, id);
  await stream.next('live');
  stream.close();
  return { socket: hasReset(socket.frames), stream: hasReset(stream.events) };
}

const everywhere = { socket: true, stream: true };
const nowhere = { socket: false, stream: false };

it(
  'closes all connections with 1012 and tells every client to start anew when an older database comes back',
  { timeout: PATIENCE },
  async () => {
    const [one, two] = nodes as [Node, Node];
    const { ana, room } = await newRoom(one);
    await send(one, ana.token, room.id, 5);
    await postgres.server!.stop();
    postgres.server!.copyData();
    await postgres.server!.start();
    await expect.poll(() => isReady(nodes), { timeout: 10_000 }).toBe(true);

    await send(one, ana.token, room.id, 5);
    const old = await cursorsOf(two, ana.token, room.id);
    const sockets = [
      await openLiveSocket(one, ana.token, room.id),
      await openLiveSocket(two, ana.token, room.id),
    ];
    const streams = nodes.map((node) => tapStream(node, ana.token, undefined, () => {}));
    for (const { live } of streams) expect(await live).toBe(true);
    await postgres.server!.stop();
    postgres.server!.restoreData();
    await postgres.server!.start();
    const closed = Promise.all(sockets.map((socket) => socket.closed));
    const codes = (await within(10_000, closed, 'the sockets are closed')).map(({ code }) => code);
    expect(codes).toEqual([1012, 1012]);
    await within(10_000, Promise.all(streams.map((tap) => tap.closed)), 'the streams are closed');

    // The same seqs are given out again, to other messages.
    await send(two, ana.token, room.id, 8);
    for (const node of nodes) {
      expect(await isReset(node, ana.token, room.id, old)).toEqual(everywhere);
      const present = await cursorsOf(node, ana.token, room.id);
      expect(present.epoch).not.toBe(old.epoch);
      expect(await isReset(node, ana.token, room.id, present)).toEqual(nowhere);
    }
    const epochs = nodes.map(async (node) => (await cursorsOf(node, ana.token, room.id)).epoch);
    expect(new Set(await Promise.all(epochs)).size).toBe(1);
  },
);

it(
  'tells every client to start anew when all nodes start on a restored copy, and keeps the epoch otherwise',
  { timeout: PATIENCE },
  async () => {
    const [one, two] = nodes as [Node, Node];
    const { ana, room } = await newRoom(one);
    const stopped = async (meanwhile: () => Promise<void>) => {
      for (const node of nodes) await node.stop();
      await meanwhile();
      for (const node of nodes) await node.start();
    };
    const kept = await cursorsOf(two, ana.token, room.id);
    await stopped(() =>
      onServer(postgres.server!.url('template1'), 'create database restored template postgres'),
    );
    expect(await isReset(one, ana.token, room.id, kept)).toEqual(nowhere);
    await send(one, ana.token, room.id, 5);
    const old = await cursorsOf(two, ana.token, room.id);

    await stopped(async () => {
      const other = postgres.server!.url('template1');
      await onServer(other, 'alter database postgres rename to replaced');
      await onServer(other, 'alter database restored rename to postgres');
    });
    // More than was lost, so that the log alone does not show it.
    await send(two, ana.token, room.id, 8);
    for (const node of nodes) {
      expect(await isReset(node, ana.token, room.id, old)).toEqual(everywhere);
    }
  },
);

async function isReady(all: readonly Node[]): Promise<boolean> {
  const answers = await Promise.all(all.map((node) => call(node, 'GET', '/ready')));
  return answers.every(({ status }) => status === 200);
}
