import { beforeAll, describe, expect, it } from 'vitest';
import { nameKey } from '../../public/shared/name-key.js';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, postMessage, signUp, type Account } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
let cyd: Account;
/** Unsorted rooms, many of them created in the same millisecond. */
const anas = Array.from({ length: 23 }, (_, i) => `${i % 2 ? 'hall' : 'HALL'} ${(i * 7) % 23}`);
const bos = ['100% cotton', '100 percent', 'snake_case', 'snakeXcase', 'C:\\temp', 'Straße', 'ÉTÉ'];
const cyds = ['first', 'second', 'third'];
// Together they are more than the 50 of a page without a limit.
const dos = Array.from({ length: 20 }, (_, i) => `yard ${i}`);

beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
  cyd = await signUp(server, 'Cyd');
  await Promise.all([
    ...anas.map((name) => createRoom(server, ana.token, name)),
    ...[...bos, ...dos].map((name) => createRoom(server, bo.token, name)),
    ...cyds.map((name) => createRoom(server, cyd.token, name)),
  ]);
});

interface Page {
  readonly rooms: Room[];
  readonly nextCursor: string | null;
}

const list = (query: Record<string, string | number>, { token }: Account = ana) =>
  call<Page>(
    server,
    'GET',
    `/rooms?${new URLSearchParams(query as Record<string, string>).toString()}`,
    {
      token,
    },
  );

/** Returns all pages of a list. */
async function walk(query: Record<string, string | number>, account = ana): Promise<Room[][]> {
  const pages: Room[][] = [];
  let cursor: string | null = null;
  do {
    const { status, body }: { status: number; body: Page } = await list(
      { ...query, ...(cursor !== null && { cursor }) },
      account,
    );
    expect(status).toBe(200);
    pages.push(body.rooms);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return pages;
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const namesOf = (rooms: readonly Room[]) => rooms.map(({ name }) => name);
const everything = ['general', ...anas, ...bos, ...cyds, ...dos];
const sorted = (names: readonly string[]) => [...names].toSorted();

describe('a walk through the pages', () => {
  it.each([
    ['all', 1, everything],
    ['all', 7, everything],
    ['all', everything.length, everything],
    ['public', 10, everything],
    ['mine', 5, anas],
    ['mine', anas.length, anas],
    ['mine', anas.length - 1, anas],
  ])('of scope %s with limit %i returns each room once', async (scope, limit, names) => {
    const pages = await walk({ scope, limit });
    expect(sorted(namesOf(pages.flat()))).toEqual(sorted(names));
    expect(pages.map((page) => page.length)).toEqual([
      ...Array(Math.ceil(names.length / limit) - 1).fill(limit),
      names.length % limit || limit,
    ]);
  });

  it('is sorted by name without case in scope all', async () => {
    const names = namesOf((await walk({ limit: 9 })).flat());
    const keys = names.map(nameKey);
    expect(keys).toEqual(keys.toSorted(byCodePoint));
  });

  it('is sorted by last activity, newest first, in scope mine', async () => {
    const [, middle] = (await walk({ scope: 'mine' }, cyd)).flat();
    await untilClockMoves(middle!.lastActivityAt);
    await postMessage(server, bo.token, middle!.id, 'hola');
    const pages = await walk({ scope: 'mine', limit: 1 }, cyd);
    expect(namesOf(pages.flat())[0]).toBe(middle!.name);
    const times = pages.flat().map(({ lastActivityAt }) => lastActivityAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });
});

/** Waits for the next millisecond, since messages of the same one have no order by time. */
async function untilClockMoves(since: string): Promise<void> {
  while (Date.now() <= Date.parse(since)) await new Promise(setImmediate);
}

it('returns 50 rooms of scope all by default', async () => {
  const { body } = await list({});
  expect(body.rooms).toHaveLength(50);
  expect(body).toEqual((await list({ scope: 'all', limit: 50 })).body);
  expect((await list({ limit: 200 })).body.rooms).toHaveLength(everything.length);
});

it.each([
  ['%', ['100% cotton']],
  ['100%', ['100% cotton']],
  ['_', ['snake_case']],
  ['e_c', ['snake_case']],
  ['\\', ['C:\\temp']],
  ['100', ['100% cotton', '100 percent']],
  ['STRASSE', ['Straße']],
  ['été', ['ÉTÉ']],
  ['ete', ['ÉTÉ']],
  ['tras', ['Straße']],
  ['  Cotton ', ['100% cotton']],
  ['Ｃｏｔｔｏｎ', ['100% cotton']],
  ['100\u00a0\u2003per\u200bcent', ['100 percent']],
  ['e\u0301te\u0301', ['ÉTÉ']],
  ['nothing like it', []],
  ["'; drop table rooms; --", []],
])('finds rooms with %j in their name, literally', async (query, names) => {
  const { status, body } = await list({ query });
  expect(status).toBe(200);
  expect(sorted(namesOf(body.rooms))).toEqual(sorted(names));
});

it('continues after names with the longest possible keys', async () => {
  const long = ['ﷺ'.repeat(50), `${'ﷺ'.repeat(49)}x`];
  for (const name of long) await createRoom(server, bo.token, name);
  const pages = await walk({ query: 'ﷺ', limit: 1 });
  expect(sorted(namesOf(pages.flat()))).toEqual(sorted(long));
});

it('applies the filter on every page', async () => {
  const pages = await walk({ query: 'hall 1', scope: 'mine', limit: 3 });
  const names = anas.filter((name) => name.toLowerCase().includes('hall 1'));
  expect(sorted(namesOf(pages.flat()))).toEqual(sorted(names));
});

it.each([
  ['/limit', 'limit=0'],
  ['/limit', 'limit=201'],
  ['/limit', 'limit=x'],
  ['/limit', 'limit='],
  ['/limit', 'limit=5.5'],
  ['/limit', 'limit=-1'],
  ['/limit', 'limit=1e2'],
  ['/limit', 'limit=1&limit=2'],
  ['/scope', 'scope=other'],
  ['/scope', 'scope=mine&scope=all'],
  ['/query', `query=${'q'.repeat(51)}`],
  ['/query', 'query=a&query=b'],
  ['/cursor', 'cursor='],
  ['/cursor', 'cursor=garbage'],
  ['/cursor', `cursor=${'c'.repeat(513)}`],
  ['/cursor', 'cursor=bnVsbA'], // null
  ['/cursor', 'cursor=W10'], // []
  ['/cursor', 'cursor=WzEsMl0'], // [1,2]
  ['/cursor', 'cursor=eyJsZW5ndGgiOjJ9'], // {"length":2}
])('rejects %s in the query %s', async (path, query) => {
  const answer = await call(server, 'GET', `/rooms?${query}`, ana);
  expectRefusal(answer, 'validation_failed', [path]);
});

it('rejects the cursor of a list in another order', async () => {
  const { nextCursor } = (await list({ limit: 1 })).body;
  const answer = await list({ scope: 'mine', cursor: nextCursor! });
  expectRefusal(answer, 'validation_failed', ['/cursor']);
});

it('ignores unknown query parameters', async () => {
  const answer = await call<Page>(server, 'GET', '/rooms?utm_source=a&utm_source=b&x[y]=1', ana);
  expect(answer.status).toBe(200);
  expect(answer.body.rooms.length).toBeGreaterThan(0);
});
