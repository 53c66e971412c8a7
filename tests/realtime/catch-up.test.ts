import { expect, it } from 'vitest';
import { catchUp, type ReadLog } from '../../src/realtime/catch-up.ts';
import { Connection, FlushQueue } from '../../src/realtime/connection.ts';
import { Delivery } from '../../src/realtime/frames.ts';
import type { LogEntry } from '../../src/store/log-entry.ts';
import type { LogPage } from '../../src/store/queries/replay.ts';
import { entry, FakeWire, mark, turns } from '../support/fake-wire.ts';

const user = { id: 'ana', name: 'Ana', color: '#000000', createdAt: '', isAdmin: false };

const sayLive = () => mark('live');

/** A reader of a log in which every step is the test's to take. */
class Scene {
  readonly wire = new FakeWire();
  readonly connection: Connection;
  readonly log: LogEntry[] = [];
  /** How much of the log has been delivered. */
  delivered: number;
  /** A page that was asked for: first the log is looked at, then the answer comes. */
  asked: { cursor: number; page: LogPage | null; resolve: (page: LogPage) => void } | null = null;
  done = false;

  readonly #padding: string;

  constructor(length: number, padding = '') {
    this.#padding = padding;
    const peer = { user, sessionId: 's', issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
    this.connection = new Connection(peer, this.wire, new FlushQueue());
    this.commit(length);
    this.delivered = length;
  }

  start(after: number): void {
    const read: ReadLog = (cursor) =>
      new Promise((resolve) => (this.asked = { cursor, page: null, resolve }));
    void catchUp(this.connection, {
      after,
      present: Infinity,
      epoch: 'e',
      read,
      live: sayLive,
    }).then(() => (this.done = true));
  }

  commit(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      this.log.push(entry(this.log.length + 1, this.#padding));
    }
  }

  /** Delivers the next `count` of what was committed. */
  deliver(count: number): void {
    const news = this.log.slice(this.delivered, this.delivered + count);
    this.delivered += news.length;
    this.connection.deliver(new Delivery(news, 'e'));
  }

  /** Looks at the log as it is now. */
  look(limit: number): void {
    const { cursor } = this.asked!;
    const entries = this.log.slice(cursor, cursor + limit);
    const more = entries.length === limit;
    this.asked!.page = { entries, cursor: entries.at(-1)?.seq ?? cursor, more };
  }

  answer(): void {
    const { resolve, page } = this.asked!;
    this.asked = null;
    resolve(page!);
  }
}

const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

/**
 * Runs `play` once for every way in which its choices can fall: `choose(n)` answers a number below
 * n, and all combinations come to pass.
 */
async function everyWay(play: (choose: (options: number) => number) => Promise<void>) {
  let path: { choice: number; options: number }[] = [];
  let ways = 0;
  do {
    let step = 0;
    await play((options) => {
      path[step] ??= { choice: 0, options };
      return path[step++]!.choice;
    });
    ways += 1;
    while (path.length > 0 && path.at(-1)!.choice + 1 === path.at(-1)!.options) path.pop();
    if (path.length > 0) path.at(-1)!.choice += 1;
  } while (path.length > 0);
  return ways;
}

it.each([
  { name: 'an empty log', length: 0, after: 0, commits: 2, limit: 2, answers: 1 },
  { name: 'two pages', length: 2, after: 0, commits: 2, limit: 2, answers: 0 },
  { name: 'pages of one entry', length: 3, after: 1, commits: 2, limit: 1, answers: 0 },
  { name: 'nothing to replay', length: 2, after: 2, commits: 3, limit: 3, answers: 0 },
  {
    name: 'a page and a half, and an answer',
    length: 5,
    after: 1,
    commits: 1,
    limit: 2,
    answers: 1,
  },
  {
    name: 'entries that fill a slice each',
    length: 2,
    after: 0,
    commits: 2,
    limit: 4,
    answers: 0,
    padding: 'x'.repeat(150_000),
  },
])(
  'leaves no hole and no repeat at the seam, in whatever order things happen: $name',
  async ({ length, after, commits, limit, answers, padding = '' }) => {
    const ways = await everyWay(async (choose) => {
      const scene = new Scene(length, padding);
      const { wire } = scene;
      scene.start(after);
      let toCommit = commits;
      let toAnswer = answers;
      await turns(2);
      for (;;) {
        const waiting = scene.log.length - scene.delivered;
        const moves: (() => void)[] = [];
        if (scene.asked?.page === null) moves.push(() => scene.look(limit));
        if (scene.asked?.page) moves.push(() => scene.answer());
        if (wire.waitsForDrain) moves.push(() => wire.drain());
        if (toCommit > 0) moves.push(() => scene.commit(((toCommit -= 1), 1)));
        if (waiting > 0) moves.push(() => scene.deliver(1));
        if (waiting > 1) moves.push(() => scene.deliver(waiting));
        if (toAnswer > 0) moves.push(() => scene.connection.answer(mark(`a${(toAnswer -= 1)}`)));
        if (moves.length === 0) break;
        moves[moves.length === 1 ? 0 : choose(moves.length)]!();
        await turns(2);
      }
      expect(scene.done).toBe(true);
      const { said } = wire;
      const numbers = said.filter((name) => /^\d/.test(name));
      expect(numbers).toEqual(upTo(after + 1, length + commits));
      expect(said.filter((name) => name === 'live')).toHaveLength(1);
      const live = said.indexOf('live');
      expect(said.slice(0, live).every((name) => /^\d/.test(name))).toBe(true);
      expect(said.filter((name) => name.startsWith('a'))).toHaveLength(answers);
    });
    expect(ways).toBeGreaterThan(20);
  },
);

it('reads on where more comes in during the replay than can be held back, and loses nothing', async () => {
  const scene = new Scene(10);
  const { wire } = scene;
  scene.start(0);
  const read = async () => {
    scene.look(10_000);
    scene.answer();
    await turns();
  };
  const takeAll = async () => {
    for (; wire.waitsForDrain; await turns()) wire.drain();
  };
  // The peer has not taken the page yet; meanwhile the room goes wild, three times.
  const wild = [
    [1, 5000],
    [4097, 1],
    [1, 4097],
  ] as const;
  for (const [deliveries, size] of wild) {
    await read();
    scene.commit(deliveries * size);
    for (let i = 0; i < deliveries; i += 1) scene.deliver(size);
    await takeAll();
    expect(scene.done).toBe(false);
  }
  await read();
  scene.commit(4096);
  scene.deliver(4096);
  await takeAll();
  expect(scene.done).toBe(true);
  scene.commit(2);
  scene.deliver(2);
  await turns();
  const replayed = 10 + 5000 + 4097 + 4097;
  expect(wire.said).toEqual([
    ...upTo(1, replayed),
    'live',
    ...upTo(replayed + 1, replayed + 4096 + 2),
  ]);
});

it('does not read the next page before the peer has taken the last', async () => {
  const scene = new Scene(4);
  scene.start(0);
  scene.look(2);
  scene.answer();
  await turns();
  expect(scene.wire.said).toEqual(['1', '2']);
  expect(scene.asked).toBeNull();
  scene.wire.drain();
  await turns();
  expect(scene.asked?.cursor).toBe(2);
});

it('sends answers and passing news of the time of the replay right after it', async () => {
  const scene = new Scene(2);
  scene.start(0);
  scene.connection.answer(mark('pong'));
  scene.look(10);
  scene.connection.answer(mark('typing'));
  scene.commit();
  scene.deliver(1);
  scene.answer();
  await turns();
  scene.wire.drain();
  await turns();
  expect(scene.wire.said).toEqual(['1', '2', 'live', 'pong', 'typing', '3']);
});

it('stops reading once the peer is gone', async () => {
  const scene = new Scene(4);
  scene.start(0);
  scene.look(2);
  scene.answer();
  await turns();
  scene.connection.close('too_slow');
  await turns();
  expect(scene.done).toBe(true);
  expect(scene.asked).toBeNull();
});
