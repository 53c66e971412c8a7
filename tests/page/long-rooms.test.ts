import { expect, it } from 'vitest';

/* The arithmetic of long rooms, which the page does without a DOM. */

interface Kept {
  readonly MOST_ROWS: number;
  readonly keptChunks: (
    sizes: readonly number[],
    at: number,
    most: number,
  ) => { from: number; to: number };
}

interface Listed {
  readonly seq: number;
  readonly createdAt: string;
}

type List = (query: { before?: number; after?: number; limit: number }) => Promise<{
  messages: readonly Listed[];
  hasMore: boolean;
}>;

interface Dates {
  readonly findFirstSince: (time: number, list: List) => Promise<number | null>;
}

/** What these tests use of the page, which they import by URL to keep the types of the DOM out. */
const load = async <T>(name: string): Promise<T> =>
  (await import(new URL(`../../public/state/${name}.js`, import.meta.url).href)) as T;

it('keeps the rows around the reader, and never fewer than it may', async () => {
  const { keptChunks } = await load<Kept>('row-window');
  const ten = Array.from({ length: 10 }, () => 64);
  expect(keptChunks(ten, 9, 400)).toEqual({ from: 3, to: 10 });
  expect(keptChunks(ten, 0, 400)).toEqual({ from: 0, to: 7 });
  expect(keptChunks(ten, 5, 400)).toEqual({ from: 2, to: 9 });
  expect(keptChunks([64, 64, 64], 1, 400)).toEqual({ from: 0, to: 3 });
  // Chunks of few messages are many.
  expect(keptChunks([1, 2, 64, 3, 400, 5, 1], 4, 400)).toEqual({ from: 4, to: 5 });
  // The chunk that the reader sees stays, however large.
  expect(keptChunks([9, 900, 9], 1, 400)).toEqual({ from: 1, to: 2 });
});

it('finds the first message since a time in few requests, whatever the traffic', async () => {
  const { findFirstSince } = await load<Dates>('date-search');
  const day = 86_400_000;
  const shapes: Record<string, { at: (i: number) => number; most: number }> = {
    even: { at: (i) => i * 60_000, most: 5 },
    'mostly today': { at: (i) => (i < 100 ? i * day : 100 * day + i), most: 24 },
    'mostly long ago': { at: (i) => (i < 99_900 ? i : i * day), most: 24 },
    'in bursts': { at: (i) => Math.floor(i / 5_000) * 30 * day + (i % 5_000), most: 24 },
  };
  for (const [shape, { at, most }] of Object.entries(shapes)) {
    // Every third seq is no message.
    const all = Array.from({ length: 100_000 }, (_, i) => ({
      seq: Math.floor(i * 1.5) + 2,
      createdAt: new Date(at(i) + day).toISOString(),
    }));
    let requests = 0;
    const list: List = async ({ before = Infinity, after, limit }) => {
      requests += 1;
      // The first message that is too new to be listed, or the first to be listed.
      const bound = after === undefined ? before : after + 1;
      const end = Math.min(all.length, Math.max(0, Math.ceil((bound - 2) / 1.5)));
      if (after !== undefined)
        return { messages: all.slice(end, end + limit), hasMore: end + limit < all.length };
      return { messages: all.slice(Math.max(0, end - limit), end), hasMore: end > limit };
    };
    for (const i of [0, 1, 49, 50, 12_345, 99_899, 99_900, 99_999]) {
      requests = 0;
      const { createdAt } = all[i]!;
      const first = all.find((message) => message.createdAt >= createdAt)!;
      expect(await findFirstSince(Date.parse(createdAt), list), shape).toBe(first.seq);
      expect(requests, `${shape}, message ${i}`).toBeLessThanOrEqual(most);
    }
    expect(await findFirstSince(Date.parse(all.at(-1)!.createdAt) + 1, list)).toBe(null);
    expect(await findFirstSince(0, list)).toBe(2);
  }
  expect(await findFirstSince(0, async () => ({ messages: [], hasMore: false }))).toBe(null);
});
