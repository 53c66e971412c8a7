import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { Invite } from '../../src/protocol/invites.ts';
import type { FileInfo, Message, Room } from '../../src/protocol/resources.ts';
import { accountJob } from '../support/accounts.ts';
import {
  call,
  createRoom,
  joinRoom,
  login,
  openDirect,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  signIn,
  type Account,
  type At,
  type Frame,
} from '../support/client.ts';
import { crawl } from '../support/crawl.ts';
import { sentFile, uploaded } from '../support/files.ts';
import { createRoomJob, openFilling } from '../support/filling.ts';
import { move, query, settingsOfNode, sharePostgres, tablesOf } from '../support/move.ts';
import { documentedRoutes } from '../support/routes.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

/* A node on PostgreSQL says what the server on SQLite said. The folder is left as it is, so both can be asked. */

const newDatabase = sharePostgres();
const source = shareServer({}, fill);
const NAMES = ['Ana', 'Bo', 'Cy', 'Di', 'Ébène'];
// More than a batch of the copy.
const MESSAGES = 2200;
const LONGEST = 4000;
let people: Record<string, Account>;
let busy: string;
let doomed: string;
let rooms: Room[];
/** Of a message, and of none yet. */
let files: FileInfo[];
/** Into a room, and onto the server. */
let invites: Invite[];
/** Where clients of the server on SQLite stopped. */
let cursors: { seq: number; epoch: string; stream: string };
let missed: Message[];

const idOf = (name: string) => name.toLowerCase();
const request = (server: At, name: string, method: string, path: string, body?: object) =>
  call<Frame>(server, method, path, { token: people[name]!.token, body });

/** Writes the accounts, and a room with most of the messages. */
async function fill(dataDir: string): Promise<void> {
  const filling = await openFilling(dataDir);
  await filling.perform(NAMES.map((name) => accountJob(idOf(name), name, name === 'Ana')));
  await filling.perform([
    createRoomJob({ id: (busy = 'busy'), userId: 'ana' }),
    createRoomJob({ id: (doomed = 'doomed'), userId: 'ana' }),
    ...['bo', 'cy'].flatMap((actorId) =>
      [busy, doomed].map((roomId) => ({ mutation: 'joinRoom', input: { roomId, actorId } })),
    ),
  ]);
  const texts = ['hello @Bo', 'día 👋🏽 naïve', 'a "quoted" \\ line\nand another', 'snow 雪 🫠'];
  const sends = Array.from({ length: MESSAGES }, (_, i) => ({
    mutation: 'sendMessages',
    input: {
      roomId: i % 100 === 0 ? doomed : busy,
      userId: ['ana', 'bo', 'cy'][i % 3],
      text: i % 1000 === 7 ? 'ñ'.repeat(LONGEST) : `${i} ${texts[i % 4]}`,
      clientMsgId: `id ${i}`,
    },
  }));
  await filling.perform(sends);
  await filling.close();
}

/** Makes one of everything, over HTTP. */
async function chat(server: At): Promise<void> {
  const accounts = NAMES.map(async (name) => [name, await signIn(server, name)] as const);
  people = Object.fromEntries(await Promise.all(accounts));
  const { Ana: ana, Bo: bo, Cy: cy, Di: di } = people;
  const kitchen = await createRoom(server, ana!.token, 'Küche');
  const hidden = await createRoom(server, bo!.token, 'Hidden', 'private');
  const direct = (await openDirect(server, ana!.token, cy!.user.id)).body;
  for (const who of [bo!, cy!, di!]) await joinRoom(server, who.token, kitchen.id);
  const at = `/rooms/${kitchen.id}`;
  const sent: Message[] = [];
  for (const [name, text] of [
    ['Ana', 'one'],
    ['Bo', 'two @Ana'],
    ['Cy', 'three'],
    ['Di', 'four'],
  ] as const) {
    const { token } = people[name]!;
    const message = { text, clientMsgId: `first of ${name}`, replyTo: sent[0]?.seq ?? null };
    sent.push((await postMessage(server, token, kitchen.id, message)).body);
  }
  const seqs = sent.map(({ seq }) => seq);
  await request(server, 'Ana', 'PATCH', `${at}/messages/${seqs[0]}`, { text: 'one, edited @Cy' });
  await request(server, 'Cy', 'DELETE', `${at}/messages/${seqs[2]}`);
  for (const [name, emoji] of [
    ['Ana', '👍'],
    ['Bo', '👍'],
    ['Bo', '🫠'],
  ] as const) {
    const path = `${at}/messages/${seqs[1]}/reactions/${encodeURIComponent(emoji)}`;
    expect((await request(server, name, 'PUT', path)).status).toBeLessThan(300);
  }
  await request(server, 'Ana', 'PUT', `${at}/users/bo`, { role: 'moderator' });
  await request(server, 'Ana', 'DELETE', `${at}/users/di`, { ban: true });
  await request(server, 'Ana', 'PATCH', at, { topic: 'soup', slowModeSeconds: 5 });
  await request(server, 'Bo', 'PUT', '/users/me/blocks/di');
  await request(server, 'Cy', 'PUT', `/rooms/${busy}/read`, { seq: 5000 });
  await request(server, 'Bo', 'PUT', `/rooms/${hidden.id}/users/cy`, { role: 'member' });
  await postMessage(server, cy!.token, direct.id, 'between us');
  await postMessage(server, bo!.token, hidden.id, 'secret soup');
  const { file } = await sentFile(server, bo!.token, hidden.id, '{"in":"a message"}');
  files = [file, await uploaded(server, bo!.token, hidden.id, '{"in":"no message"}')];
  rooms = [kitchen, hidden, direct];
  const made = await Promise.all([
    call<Invite>(server, 'POST', `${at}/invites`, { token: ana!.token, body: { maxUses: 2 } }),
    call<Invite>(server, 'POST', '/invites', ana),
    request(server, 'Ana', 'POST', '/users/me/tokens', { name: 'a script' }),
    request(server, 'Ana', 'POST', '/bots', { name: 'Robo' }),
    request(server, 'Ana', 'POST', `${at}/hooks/incoming`, { name: 'Builds' }),
  ]);
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
  invites = [made[0].body, made[1].body];
}

/** Notes where the clients are, and sends what they then miss. */
async function leaveBehind(server: At): Promise<void> {
  const { token } = people['Cy']!;
  const socket = await openSocket(server, token, busy);
  const { epoch } = await socket.next('welcome');
  const { seq } = await socket.next('live');
  const stream = openStream(server, token);
  const { id } = await stream.next('live');
  cursors = { seq: Number(seq), epoch: String(epoch), stream: String(id) };
  stream.close();
  await socket.close();
  missed = [];
  for (const text of ['missed', 'missed, too']) {
    missed.push((await postMessage(server, people['Ana']!.token, busy, text)).body);
  }
}

/** Deletes a room, and a part of what it held: the server was killed in between. */
async function purgePart(dataDir: string): Promise<void> {
  const filling = await openFilling(dataDir);
  await filling.perform([
    { mutation: 'deleteRoom', input: { roomId: doomed, actorId: 'ana' } },
    { mutation: 'purgeRoom', input: { roomId: doomed } },
  ]);
  await filling.close();
}

/** Fills the folder, once. */
let filled: Promise<string> | undefined;
const filledFolder = (): Promise<string> => (filled ??= fillFolder());

async function fillFolder(): Promise<string> {
  await chat(source);
  await leaveBehind(source);
  await source.stop();
  await purgePart(source.dataDir);
  return source.dataDir;
}

/** A database that the folder was moved to, once. No server runs on it. */
let moved: Promise<{ url: string; lines: readonly string[] }> | undefined;
const movedDatabase = () => (moved ??= moveFolder());

async function moveFolder() {
  const url = await newDatabase();
  return { url, lines: await move(await filledFolder(), url) };
}

/** Starts a server on a copy of the folder, and one on a copy of the database that it was moved to. */
async function startBoth(): Promise<Record<'sqlite' | 'node', At>> {
  const dataDir = temporaryFolder();
  cpSync(await filledFolder(), dataDir, { recursive: true });
  const { url } = await movedDatabase();
  const copy = await newDatabase(`template ${new URL(url).pathname.slice(1)}`);
  const node = await startServer({
    ...settingsOfNode(dataDir, copy),
    FILES_DIR: join(dataDir, 'files'),
  });
  return { sqlite: await startServer({ DATA_DIR: dataDir }), node };
}

it('leaves the files of the folder as they are, and copies every table that both databases have', async () => {
  const dataDir = await filledFolder();
  const file = join(dataDir, 'charla.db');
  const before = readFileSync(file);
  const { url, lines } = await movedDatabase();
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(lines.at(-2)).toMatch(/^Copied and checked \d+,\d{3} rows of \d+ tables in [\d.]+ s\.$/);
  expect(lines.at(-1)).toBe(
    `Start the nodes with JWT_SECRET="$(cat ${join(dataDir, 'jwt-secret')})": tokens stay valid only with it.`,
  );
  expect(lines.join('\n')).not.toContain(readFileSync(join(dataDir, 'jwt-secret'), 'utf8'));

  const db = new SqliteDatabase(file, { readonly: true });
  onTestFinished(() => void db.close());
  const names = db.prepare("select name from sqlite_schema where type = 'table'").pluck().all();
  const there = (await tablesOf(url)).map((row) => Object.values(row)[0] as string);
  const shared = there.filter((name) => names.includes(name) && !OF_EACH.test(name));
  expect(shared.length).toBeGreaterThan(10);
  for (const name of shared) {
    const count = `select cast(count(*) as text) as count from ${name} ${name === 'meta' ? META : ''}`;
    expect({ name, rows: await query(url, count) }).toEqual({
      name,
      rows: db.prepare(count).all(),
    });
  }
});

/** Tables that each database has for itself. */
const OF_EACH = /^(kysely_|messages_search|search_)/;
const META = `where key in ('epoch', 'setup_code')`;

it(
  'answers every GET as the server on SQLite did, for everybody',
  { timeout: 90_000 },
  async () => {
    const { sqlite, node } = await startBoth();
    const list = {
      roomIds: [busy, doomed, ...rooms.map(({ id }) => id)],
      userIds: NAMES.map(idOf),
      fileIds: files.map(({ id }) => id),
      inviteCodes: invites.map(({ code }) => code),
    };
    for (const name of NAMES) {
      const isFirst = name === 'Ana';
      const words = isFirst ? ['199', 'soup', 'k', 'naïve', '雪', 'ñ'.repeat(30), '🫠'] : ['soup'];
      const how = { ...list, words, maxPages: isFirst ? 100 : 2 };
      const { token } = people[name]!;
      const was = await crawl(sqlite, token, how);
      const is = await crawl(node, token, how);
      for (const [path, answer] of Object.entries(was))
        expect({ path, ...is[path] }).toEqual({ path, ...answer });
      if (!isFirst) continue;
      const paths = Object.keys(was).map((path) => path.split('?')[0]);
      const routes = (await documentedRoutes(node)).filter(({ method }) => method === 'GET');
      for (const { path } of routes.filter((route) => !UNREAD.includes(route.path))) {
        const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
        expect(paths).toContainEqual(expect.stringMatching(pattern));
      }
      const statuses = Object.values(was).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(60);
    }
  },
);

/** Streams, routes that are about the process, those that send browsers elsewhere, and what is no JSON: an archive, a page. */
const UNREAD = [
  '/notifications',
  '/streams/rooms/{roomId}',
  '/health',
  '/ready',
  '/metrics',
  '/admin/stats',
  '/auth/oidc',
  '/auth/oidc/callback',
  '/auth/oidc/logout',
  '/users/me/export',
  '/summaries/confirm',
  '/summaries/stop',
];

it('resumes clients at the cursors that they have, without a reset', async () => {
  const { sqlite, node } = await startBoth();
  const { token } = people['Cy']!;
  const { seq: after, epoch, stream: lastEventId } = cursors;
  const framesOn = async (server: At) => {
    const socket = await openLiveSocket(server, token, busy, { after, epoch });
    const stream = openStream(server, token, lastEventId);
    await stream.next('live');
    stream.close();
    await socket.close();
    return { socket: socket.frames, stream: stream.events };
  };
  const frames = await framesOn(node);
  expect(frames).toEqual(await framesOn(sqlite));
  const typesOf = (list: readonly Frame[]) => list.map(({ type }) => String(type));
  expect(typesOf(frames.socket)).not.toContain('reset');
  expect(typesOf(frames.stream)).not.toContain('reset');
  expect(frames.socket[0]).toMatchObject({ type: 'welcome', epoch });
  const created = frames.socket.filter(({ type }) => type === 'message.created');
  expect(created.map(({ message }) => message)).toEqual(missed);
  // The deletion of a room that is still being purged reaches those who have not heard of it.
  expect(typesOf(frames.stream)).toContain('room.deleted');
});

it('keeps passwords, repeats and the numbers of messages', async () => {
  const { node } = await startBoth();
  expect((await signIn(node, 'Bo')).user).toEqual(people['Bo']!.user);
  const { email } = people['Bo']!;
  expect((await login(node, { email, password: 'another password' })).status).toBe(401);
  const { token } = people['Ana']!;
  const [kitchen] = rooms;
  const message = { text: 'one', clientMsgId: 'first of Ana', replyTo: null };
  const repeated = await postMessage(node, token, kitchen!.id, message);
  expect(repeated).toMatchObject({ status: 200, body: { text: 'one, edited @Cy' } });
  const other = await postMessage(node, token, kitchen!.id, { ...message, text: 'changed' });
  expect(other.status).toBe(409);
  const next = await postMessage(node, token, busy, 'next');
  expect(next.body.seq).toBe(missed.at(-1)!.seq + 1);
});

it('keeps the setup code of a server that has no admin yet', async () => {
  const urls: string[] = [];
  const log = (line: string) => {
    const [, url] = /setup=(\w+)/.exec(line) ?? [];
    if (url) urls.push(url);
  };
  const server = await startServer({ SETUP_CODE: '' }, log);
  await server.stop();
  const url = await newDatabase();
  await move(server.dataDir, url);
  await startServer({ ...settingsOfNode(server.dataDir, url), SETUP_CODE: '' }, log);
  expect(urls).toEqual([urls[0], urls[0]]);
});
