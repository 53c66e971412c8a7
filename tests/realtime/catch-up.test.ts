import { expect, it } from 'vitest';
import { catchUp, type ReadLog } from '../../src/realtime/catch-up.ts';
import { Connection } from '../../src/realtime/connection.ts';
import { FlushQueue } from '../../src/realtime/flush-queue.ts';
import { Delivery } from '../../src/realtime/frames.ts';
import type { LogEntry } from '../../src/store/log-entry.ts';
import type { LogPage } from '../../src/store/queries/replay.ts';
import { entry, fakePeer, FakeWire, mark, turns } from '../support/fake-wire.ts';

const live = () => mark('live');

/** A reader of a log. The test takes every step of it. */
class Scene {
  readonly wire = new FakeWire();
  readonly connection: Connection;
  readonly log: LogEntry[] = [];
  /** How much of the log has been delivered. */
  delivered: number;
  /** The page that was requested. `read` makes it from the log, `resolve` returns it. */
  request: { cursor: number; page: LogPage | null; resolve: (page: LogPage) => void } | null = null;
  done = false;

  readonly #padding: string;

  constructor(length: number, padding = '') {
    this.#padding = padding;
    this.connection = new Connection(fakePeer(), this.wire, new FlushQueue());
    this.commit(length);
    this.delivered = length;
  }

  start(after: number): void {
    const read: ReadLog = (cursor) =>
      new Promise((resolve) => (this.request = { cursor, page: null, resolve }));
    void catchUp(this.connection, {
      after,
      present: Infinity,
      epoch: 'e',
      read,
      live,
    }).then(() => (this.done = true));
  }

  commit(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      this.log.push(entry(this.log.length + 1, this.#padding));
    }
  }

  /** Delivers the next `count` committed entries. */
  deliver(count: number): void {
    const entries = this.log.slice(this.delivered, this.delivered + count);
    this.delivered += entries.length;
    this.connection.deliver(new Delivery(entries, 'e'));
  }

  /** Reads the requested page from the log. */
  read(limit: number): void {
    const { cursor } = this.request!;
    const entries = this.log.slice(cursor, cursor + limit);
    const more = entries.length === limit;
    this.request!.page = { entries, cursor: entries.at(-1)?.seq ?? cursor, more };
  }

  /** Returns the page to the replay. */
  resolve(): void {
    const { resolve, page } = this.request!;
    this.request = null;
    resolve(page!);
  }
}

const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

/**
 * Runs `play` once for every combination of its choices. `choose(n)` returns a number below n. Returns the number of
 * combinations.
 */
async function exploreAll(play: (choose: (options: number) => number) => Promise<void>) {
  let path: { choice: number; options: number }[] = [];
  let combinations = 0;
  do {
    let step = 0;
    await play((options) => {
      path[step] ??= { choice: 0, options };
      return path[step++]!.choice;
    });
    combinations += 1;
    while (path.length > 0 && path.at(-1)!.choice + 1 === path.at(-1)!.options) path.pop();
    if (path.length > 0) path.at(-1)!.choice += 1;
  } while (path.length > 0);
  return combinations;
}

it.each([
  { name: 'an empty log', length: 0, after: 0, commits: 2, limit: 2, others: 1 },
  { name: 'two pages', length: 2, after: 0, commits: 2, limit: 2, others: 0 },
  { name: 'pages of one entry', length: 3, after: 1, commits: 2, limit: 1, others: 0 },
  { name: 'nothing to replay', length: 2, after: 2, commits: 3, limit: 3, others: 0 },
  {
    name: 'a page and a half, and an ack',
    length: 5,
    after: 1,
    commits: 1,
    limit: 2,
    others: 1,
  },
  {
    name: 'entries that fill a slice each',
    length: 2,
    after: 0,
    commits: 2,
    limit: 4,
    others: 0,
    padding: 'x'.repeat(150_000),
  },
])(
  'leaves no hole and no repeat at the seam, in any order of steps: $name',
  async ({ length, after, commits, limit, others, padding = '' }) => {
    const combinations = await exploreAll(async (choose) => {
      const scene = new Scene(length, padding);
      const { wire } = scene;
      scene.start(after);
      let toCommit = commits;
      let toSend = others;
      await turns(2);
      for (;;) {
        const waiting = scene.log.length - scene.delivered;
        const moves: (() => void)[] = [];
        if (scene.request?.page === null) moves.push(() => scene.read(limit));
        if (scene.request?.page) moves.push(() => scene.resolve());
        if (wire.waitsForDrain) moves.push(() => wire.drain());
        if (toCommit > 0) moves.push(() => scene.commit(((toCommit -= 1), 1)));
        if (waiting > 0) moves.push(() => scene.deliver(1));
        if (waiting > 1) moves.push(() => scene.deliver(waiting));
        if (toSend > 0)
          moves.push(() => scene.connection.sendAfterReplay(mark(`a${(toSend -= 1)}`)));
        if (moves.length === 0) break;
        moves[moves.length === 1 ? 0 : choose(moves.length)]!();
        await turns(2);
      }
      expect(scene.done).toBe(true);
      const { sent } = wire;
      const numbers = sent.filter((name) => /^\d/.test(name));
      expect(numbers).toEqual(upTo(after + 1, length + commits));
      expect(sent.filter((name) => name === 'live')).toHaveLength(1);
      const liveAt = sent.indexOf('live');
      expect(sent.slice(0, liveAt).every((name) => /^\d/.test(name))).toBe(true);
      expect(sent.filter((name) => name.startsWith('a'))).toHaveLength(others);
    });
    expect(combinations).toBeGreaterThan(20);
  },
);

it('continues the replay if more is delivered than can be held back, and loses nothing', async () => {
  const scene = new Scene(10);
  const { wire } = scene;
  scene.start(0);
  const readPage = async () => {
    scene.read(10_000);
    scene.resolve();
    await turns();
  };
  const drainAll = async () => {
    for (; wire.waitsForDrain; await turns()) wire.drain();
  };
  // While the peer has not read the page, the room has a burst of messages, three times.
  const bursts = [
    [1, 5000],
    [4097, 1],
    [1, 4097],
  ] as const;
  for (const [deliveries, size] of bursts) {
    await readPage();
    scene.commit(deliveries * size);
    for (let i = 0; i < deliveries; i += 1) scene.deliver(size);
    await drainAll();
    expect(scene.done).toBe(false);
  }
  await readPage();
  scene.commit(4096);
  scene.deliver(4096);
  await drainAll();
  expect(scene.done).toBe(true);
  scene.commit(2);
  scene.deliver(2);
  await turns();
  const replayed = 10 + 5000 + 4097 + 4097;
  expect(wire.sent).toEqual([
    ...upTo(1, replayed),
    'live',
    ...upTo(replayed + 1, replayed + 4096 + 2),
  ]);
});

it('does not read the next page before the peer has read the last', async () => {
  const scene = new Scene(4);
  scene.start(0);
  scene.read(2);
  scene.resolve();
  await turns();
  expect(scene.wire.sent).toEqual(['1', '2']);
  expect(scene.request).toBeNull();
  scene.wire.drain();
  await turns();
  expect(scene.request?.cursor).toBe(2);
});

it('sends acks and ephemeral events that came during the replay right after it', async () => {
  const scene = new Scene(2);
  scene.start(0);
  scene.connection.sendAfterReplay(mark('pong'));
  scene.read(10);
  scene.connection.sendAfterReplay(mark('typing'));
  scene.commit();
  scene.deliver(1);
  scene.resolve();
  await turns();
  scene.wire.drain();
  await turns();
  expect(scene.wire.sent).toEqual(['1', '2', 'live', 'pong', 'typing', '3']);
});

it('stops reading once the peer is gone', async () => {
  const scene = new Scene(4);
  scene.start(0);
  scene.read(2);
  scene.resolve();
  await turns();
  scene.connection.close('too_slow');
  await turns();
  expect(scene.done).toBe(true);
  expect(scene.request).toBeNull();
});
