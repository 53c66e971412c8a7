import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { postMessage, type At } from '../../../support/client.ts';
import { History } from '../../support/history.ts';
import { Load } from '../../support/load.ts';
import { PATIENCE, seeded } from '../../support/scale.ts';
import { readLog, Trail } from '../../support/trail.ts';
import { anyOf, type Node } from './nodes.ts';
import { newRoom } from './room.ts';
import { within } from './within.ts';

export interface BusyOptions {
  /** Messages that the socket of each node has unacked at a time. */
  readonly window?: number;
  /** Senders stay with their node; otherwise each connection and each request goes to any node that is up. */
  readonly pinned?: boolean;
  /** The nodes whose clients send; all of them where it is not given. */
  readonly writers?: readonly Node[];
}

/** One room on several nodes: each has a socket and a stream that follow it, a socket and an HTTP client that send. */

export async function keepBusy(
  nodes: readonly Node[],
  { window = 4, pinned = true, writers = nodes }: BusyOptions = {},
) {
  const random = seeded();
  const history = new History();
  const any = anyOf(nodes);
  const load = new Load(any, random, history);
  const { ana, bo, room } = await newRoom(nodes[0]!);
  const { id: roomId } = room;
  const streams: Trail[] = [];
  const readersOf = new Map(
    nodes.map((node, i) => {
      const socket = new Trail(`socket of node ${i}`, history);
      const stream = new Trail(`stream of node ${i}`, history);
      for (const trail of [socket, stream]) trail.startAt(roomId, room.lastSeq);
      load.followRoom(socket, bo.token, roomId, node);
      load.followAll(stream, bo.token, node);
      streams.push(stream);
      return [node, [socket, stream]];
    }),
  );
  const readers = [...readersOf.values()].flat();
  await vi.waitFor(() => expect(streams.every(({ lastId }) => lastId)).toBe(true), 10_000);
  for (const node of writers) {
    load.sendOverSocket(ana.token, roomId, window, pinned ? node : any);
    load.sendOverHttp(ana.token, roomId, pinned ? node : any);
  }
  await load.ackedMore(10);

  let probes = 0;
  /** Sends a message, repeated until it is acked, and returns its seq. */
  const probe = async (at: At): Promise<number> => {
    const message = { text: 'probe', clientMsgId: `probe ${(probes += 1)}` };
    for (;;) {
      const answer = await postMessage(at, ana.token, roomId, message);
      if (answer.status < 300) return answer.body.seq;
      await sleep(50);
    }
  };
  const reached = async (trails: readonly Trail[], seq: number) => {
    await Promise.all(trails.map((trail) => trail.until(roomId, seq)));
  };
  return {
    random,
    history,
    load,
    roomId,
    token: ana.token,
    /** Resolves once every node has acked a message of now and all readers have all of them. */
    caughtUp: async () => {
      const seqs = await Promise.all(nodes.map(probe));
      await reached(readers, Math.max(...seqs));
    },
    /** Resolves once the readers of a node have what was sent to another node after the call. */
    heardFrom: async (other: Node, reader: Node) => {
      await reached(readersOf.get(reader)!, await probe(other));
    },
    /** Ends the load and judges its history. Returns the length of the log. */
    finish: async () => {
      await within(PATIENCE / 2, load.finishSending(), 'all sends are acked');
      const at = await any.up();
      const read = async () => readLog(at, ana.token, roomId);
      const { length } = await read();
      await within(PATIENCE / 4, reached(readers, length), 'all readers are at the head');
      await load.finishFollowing();
      await history.check(roomId, read);
      expect(history.violations).toEqual([]);
      return length;
    },
  };
}
