import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import type { SearchResult } from '../../src/protocol/search.ts';
import {
  call,
  createRoom,
  openDirect,
  postMessage,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
let kitchen: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
  kitchen = await createRoom(server, ana.token, 'Kitchen');
});

interface Page {
  results: SearchResult[];
  nextCursor: string | null;
}

const say = async (text: string, room = kitchen) =>
  (await postMessage(server, ana.token, room.id, text)).body;
const search = async (query: Record<string, string>, by = ana) =>
  call<Page>(server, 'GET', `/search?${new URLSearchParams(query).toString()}`, by);
const found = async (q: string, by = ana, more: Record<string, string> = {}) =>
  (await search({ q, ...more }, by)).body.results.map(({ message }) => message.text);

it('finds a message right after its ack, with its room and the matching words', async () => {
  const message = await say('¿Quién trae el azafrán? <b>Nadie</b>');
  const { body } = await search({ q: 'azafran NAD' });
  const { id, kind, name, topic, slowModeSeconds } = kitchen;
  expect(body).toEqual({
    results: [
      {
        message,
        room: { id, kind, name, topic, slowModeSeconds },
        snippet: [
          { text: '¿Quién trae el ', match: false },
          { text: 'azafrán', match: true },
          { text: '? <b>', match: false },
          { text: 'Nadie', match: true },
          { text: '</b>', match: false },
        ],
      },
    ],
    nextCursor: null,
  });
});

it('finds an edited message by its new words, and no longer by the old ones, even if it was long', async () => {
  const long = Array.from({ length: 3900 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  const messages = [await say(`${long}丙`), await say(`${long}丁`), await say('a short walrus')];
  await search({ q: 'walrus' });
  for (const { seq } of messages) {
    const path = `/rooms/${kitchen.id}/messages/${seq}`;
    await call(server, 'PATCH', path, { token: ana.token, body: { text: `narwhal ${seq}` } });
  }
  const last = `narwhal ${messages.at(-1)!.seq}`;
  expect(await found(last)).toEqual([last]);
  expect(await found('walrus')).toEqual([]);
  expect(await found(long.slice(0, 50))).toEqual([]);
  // The long ones follow in the background.
  await expect.poll(async () => found('narwhal'), { timeout: 20_000 }).toHaveLength(3);
  expect(await found(long.slice(0, 50))).toEqual([]);
});

it.each([
  ['English', 'Dinner is at eight', 'dinner ei'],
  ['Spanish', 'La reunión empezó sin ti', 'reunion empezo'],
  ['Chinese', '明天我们一起去爬山好吗', '爬山'],
  ['Japanese', 'あした東京へ行きます', '東京'],
  ['Korean', '내일 도서관에서 만나요', '도서관'],
  ['Arabic', 'اِجْتِمَاعُنا غَدًا صباحًا', 'اجتماعنا غدا'],
  ['emoji', 'to the moon 🚀🌕', '🚀'],
])('finds %s', async (_, text, query) => {
  await say(text);
  expect(await found(query)).toEqual([text]);
});

it('returns results page by page, newest first, each once', async () => {
  const room = await createRoom(server, ana.token, 'Pages');
  for (let n = 1; n <= 7; n += 1) await say(`pages number ${n}`, room);
  const seen: string[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page += 1) {
    expect(page).toBeLessThan(4);
    const { body }: { body: Page } = await search({
      q: 'pages',
      limit: '3',
      ...(cursor && { cursor }),
    });
    seen.push(...body.results.map(({ message }) => message.text));
    cursor = body.nextCursor;
  }
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `pages number ${n}`));
});

describe('a search', () => {
  let secret: Room;
  let direct: Room;
  beforeAll(async () => {
    secret = await createRoom(server, ana.token, 'Secret', 'private');
    direct = (await openDirect(server, ana.token, bo.user.id)).body;
    await say('xylophone in private', secret);
    await say('xylophone between us', direct);
    await say('xylophone for all', kitchen);
  });

  it('covers public rooms, and private and direct rooms of the user', async () => {
    expect(await found('xylophone')).toEqual([
      'xylophone for all',
      'xylophone between us',
      'xylophone in private',
    ]);
    expect(await found('xylophone', bo)).toEqual(['xylophone for all', 'xylophone between us']);
    const carla = await signUp(server, 'Carla');
    expect(await found('xylophone', carla)).toEqual(['xylophone for all']);
    const { body } = await search({ q: 'xylophone between' }, bo);
    expect(body.results[0]!.room).toMatchObject({ kind: 'direct', name: 'Ana' });
  });

  it('is possible in one room, if the user may read it', async () => {
    expect(await found('xylophone', ana, { roomId: secret.id })).toEqual(['xylophone in private']);
    expectRefusal(await search({ q: 'xylophone', roomId: secret.id }, bo), 'room_not_found');
    expectRefusal(await search({ q: 'xylophone', roomId: 'nowhere' }, bo), 'room_not_found');
  });

  it('covers no room from which the user is banned, and a private one once the user is added', async () => {
    const dora = await signUp(server, 'Dora');
    const put = (method: string, path: string) => call(server, method, path, ana);
    await put('DELETE', `/rooms/${kitchen.id}/users/${dora.user.id}?ban=true`);
    expect(await found('xylophone', dora)).toEqual([]);
    await put('PUT', `/rooms/${secret.id}/users/${dora.user.id}`);
    expect(await found('xylophone', dora)).toEqual(['xylophone in private']);
    await put('DELETE', `/rooms/${secret.id}/users/${dora.user.id}`);
    expect(await found('xylophone', dora)).toEqual([]);
  });
});

it('finds a message by its current text, and not after its deletion', async () => {
  const { seq } = await say('the old wording');
  expect(await found('wording old')).toEqual(['the old wording']);
  const path = `/rooms/${kitchen.id}/messages/${seq}`;
  await call(server, 'PATCH', path, { token: ana.token, body: { text: 'the new phrasing' } });
  expect(await found('wording old')).toEqual([]);
  expect(await found('phrasing')).toEqual(['the new phrasing']);
  await call(server, 'DELETE', path, ana);
  expect(await found('phrasing')).toEqual([]);
});

it.each([
  '"',
  '*',
  'a" OR "b',
  'NEAR(x y)',
  'words:xylophone',
  '-',
  '\0',
  '%',
  '🏳️‍🌈"',
  '((((',
  'x'.repeat(200),
])('treats %j as text, not as syntax', async (q) => {
  const { status } = await search({ q });
  expect(status).toBe(200);
});

it('rejects a missing query, one that is too long, and a foreign cursor', async () => {
  expectRefusal(await search({}), 'validation_failed');
  expectRefusal(await search({ q: 'x'.repeat(201) }), 'validation_failed', ['/q']);
  expectRefusal(await search({ q: 'x', cursor: 'nonsense' }), 'validation_failed', ['/cursor']);
  expectRefusal(await search({ q: 'x', limit: '201' }), 'validation_failed', ['/limit']);
});

it('finds messages after a restart that were not indexed before, and none that were deleted', async () => {
  const dataDir = temporaryFolder();
  const first = await startServer({ DATA_DIR: dataDir });
  const { token } = await signUp(first, 'Ana');
  const room = await createRoom(first, token, 'Kitchen');
  const path = `/rooms/${room.id}/messages`;
  const send = async (text: string) => (await postMessage(first, token, room.id, text)).body.seq;
  const indexed = await send('quetzalcoatl flies');
  await call(first, 'GET', '/search?q=flies', { token });
  const unindexed = await send('deleted before it was indexed: wyvern');
  await call(first, 'DELETE', `${path}/${unindexed}`, { token });
  await call(first, 'DELETE', `${path}/${indexed}`, { token });
  await send('left for later: basilisk');
  await first.stop();

  const again = await startServer({ DATA_DIR: dataDir });
  const q = async (text: string) =>
    (await call<Page>(again, 'GET', `/search?q=${text}`, { token })).body.results.length;
  expect([await q('basilisk'), await q('wyvern'), await q('quetzalcoatl')]).toEqual([1, 0, 0]);
  expect((await call<Frame>(again, 'GET', '/search?q=later', { token })).status).toBe(200);
});
