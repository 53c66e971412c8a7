import { beforeAll, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
let empty: Room;
/** Seqs 1 and 2 are the creation of the room and the join of its creator; seq 8 is Bo's join. */
const FIRST = 3;
const LAST = 63;
const seqs = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i).filter((s) => s !== 8);

beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  room = await createRoom(server, ana.token, 'Long');
  empty = await createRoom(server, ana.token, 'Empty');
  for (let seq = FIRST; seq <= LAST; seq += 1) {
    if (seq === 8) await joinRoom(server, bo.token, room.id);
    else await postMessage(server, ana.token, room.id, `text ${seq}`);
  }
});

interface Page {
  readonly messages: Message[];
  readonly hasMore: boolean;
}

const read = (query = '', roomId = room.id) =>
  call<Page>(server, 'GET', `/rooms/${roomId}/messages${query && `?${query}`}`, ana);

async function page(query = ''): Promise<[seqs: number[], hasMore: boolean]> {
  const { status, body } = await read(query);
  expect(status).toBe(200);
  for (const { seq, text } of body.messages) expect(text).toBe(`text ${seq}`);
  return [body.messages.map(({ seq }) => seq), body.hasMore];
}

it.each<[query: string, expected: number[], hasMore: boolean]>([
  ['', seqs.slice(-50), true],
  ['limit=1', [63], true],
  ['limit=200', seqs, false],
  ['limit=60', seqs, false],
  ['limit=59', seqs.slice(1), true],
  // before: the newest of the older messages.
  ['before=63&limit=2', [61, 62], true],
  ['before=64&limit=2', [62, 63], true],
  ['before=999999&limit=1', [63], true],
  ['before=10&limit=2', [7, 9], true],
  ['before=9&limit=1', [7], true],
  ['before=8&limit=5', [3, 4, 5, 6, 7], false],
  ['before=8&limit=4', [4, 5, 6, 7], true],
  ['before=9&limit=6', [3, 4, 5, 6, 7], false],
  ['before=4', [3], false],
  ['before=3', [], false],
  ['before=1', [], false],
  // after: the oldest of the newer messages.
  ['after=0&limit=2', [3, 4], true],
  ['after=3&limit=2', [4, 5], true],
  ['after=7&limit=1', [9], true],
  ['after=8&limit=1', [9], true],
  ['after=0', seqs.slice(0, 50), true],
  ['after=0&limit=60', seqs, false],
  ['after=0&limit=59', seqs.slice(0, -1), true],
  ['after=60&limit=3', [61, 62, 63], false],
  ['after=60&limit=2', [61, 62], true],
  ['after=62', [63], false],
  ['after=63', [], false],
  ['after=999999', [], false],
])(
  'returns the messages of the query "%s" in ascending order',
  async (query, expected, hasMore) => {
    expect(await page(query)).toEqual([expected, hasMore]);
  },
);

it.each(['before', 'after'])('returns each message once, page by page, by %s', async (bound) => {
  const seen: number[] = [];
  let [found, more] = await page(bound === 'before' ? 'limit=7' : 'after=0&limit=7');
  for (;;) {
    if (bound === 'before') seen.unshift(...found);
    else seen.push(...found);
    if (!more) break;
    const next = bound === 'before' ? found[0] : found.at(-1);
    [found, more] = await page(`${bound}=${next}&limit=7`);
  }
  expect(seen).toEqual(seqs);
});

it('returns no messages of an empty room', async () => {
  for (const query of ['', 'after=0', 'before=1', 'limit=1']) {
    expect((await read(query, empty.id)).body).toEqual({ messages: [], hasMore: false });
  }
});

it('lets non-members read a public room without joining it', async () => {
  const guest = await signUp(server, 'Guest');
  const { status, body } = await call<Page>(server, 'GET', `/rooms/${room.id}/messages`, guest);
  expect([status, body.messages.length]).toEqual([200, 50]);
  const after = await call<Room>(server, 'GET', `/rooms/${room.id}`, guest);
  expect(after.body.role).toBeNull();
});

it.each([
  ['/limit', 'limit=0'],
  ['/limit', 'limit=201'],
  ['/limit', 'limit=x'],
  ['/limit', 'limit=5.5'],
  ['/limit', 'limit='],
  ['/limit', 'limit=-1'],
  ['/limit', 'limit=%2010'],
  ['/limit', 'limit=0x10'],
  ['/limit', 'limit=10&limit=10'],
  ['/limit', 'limit=99999999999999999999'],
  ['/before', 'before=0'],
  ['/before', 'before=-1'],
  ['/before', 'before=x'],
  ['/before', 'before='],
  ['/before', 'before=5&before=6'],
  ['/after', 'after=-1'],
  ['/after', 'after=1.5'],
  ['/after', 'after='],
  ['/after', 'after=null'],
  ['/after', 'after=1&after=2'],
  ['/after', 'before=9&after=3'],
])('rejects %s in the query %s', async (path, query) => {
  expectRefusal(await read(query), 'validation_failed', [path]);
});
