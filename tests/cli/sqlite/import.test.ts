import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importFolder } from '../../../src/cli/import.ts';
import { Report } from '../../../src/cli/report.ts';
import { readConfig } from '../../../src/config.ts';
import type { Message, Room } from '../../../src/protocol/resources.ts';
import { charla, refused } from '../../support/charla.ts';
import { call, postMessage, signUp, type At } from '../../support/client.ts';
import { filesIn, PIXEL } from '../../support/files.ts';
import {
  minimal,
  PASSWORD,
  writeFolder,
  writeManifest,
  type HandWritten,
} from '../../support/hand-written.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';

/* What `charla import` takes from other programs, and what it refuses. */

const importInto = (dataDir: string, folder: string) =>
  charla(['import', folder], { env: { DATA_DIR: dataDir, BCRYPT_COST: '4' } });

/** The same within this process, which takes a tenth of the time. Returns what it refuses. */
async function refusalOf(dataDir: string, folder: string): Promise<string | null> {
  const config = readConfig({ DATA_DIR: dataDir, BCRYPT_COST: '4' });
  try {
    await importFolder(config, folder, new Report(true));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const login = (server: At, email: string) => {
  const body = { email, password: PASSWORD };
  return call<{ token: string }>(server, 'POST', '/auth/login', { body });
};
const signInTo = async (server: At, email: string) => (await login(server, email)).body.token;

it('imports a folder that another program has written, with the fields that are needed', async () => {
  const dataDir = temporaryFolder();
  const pixels = { pixel: PIXEL, notes: '<script>alert(1)</script>' };
  const folder = writeFolder(
    temporaryFolder(),
    {
      ...minimal,
      files: [
        { id: 'pixel', roomId: 'C1', userId: 'U2', name: 'a pixel.png' },
        { id: 'notes', roomId: 'C1', userId: 'U2', name: '../../notes.txt' },
      ],
      messages: [
        ...minimal.messages,
        '',
        {
          roomId: 'C1',
          authorId: 'U2',
          text: '',
          createdAt: '2024-05-01T12:00:00+02:00',
          files: [{ id: 'pixel', alt: 'a pixel' }, { id: 'notes' }],
        },
      ],
    },
    pixels,
  );
  const run = await importInto(dataDir, folder);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  // On a busy machine, it has already printed how far it has come.
  expect(run.stdout.split('\n').slice(-4)).toEqual([
    'Imported 2 users, 1 rooms, 4 messages and 2 files.',
    '1 accounts have no password: set one with `charla user password EMAIL`.',
    'Start the server.',
    '',
  ]);
  const server = await startServer({ DATA_DIR: dataDir });
  expect((await login(server, 'ana@example.org')).status).toBe(401);
  const token = await signInTo(server, 'bo@example.org');
  const { rooms } = (await call<{ rooms: Room[] }>(server, 'GET', '/rooms', { token })).body;
  // room.created, two member.joined, four messages; Bo has read the first of them.
  expect(rooms).toEqual([
    expect.objectContaining({
      name: 'Kitchen',
      memberCount: 2,
      lastSeq: 7,
      lastReadSeq: 4,
      unreadCount: 1,
      mentionCount: 1,
      lastActivityAt: '2024-05-01T10:00:00.000Z',
    }),
  ]);
  const at = `/rooms/${rooms[0]!.id}`;
  const { messages } = (
    await call<{ messages: Message[] }>(server, 'GET', `${at}/messages`, { token })
  ).body;
  expect(messages.map(({ seq, text, replyTo }) => [seq, text, replyTo])).toEqual([
    [4, 'Hello', null],
    [5, 'Hi', 4],
    [6, 'Soup, @Bo', null],
    [7, '', null],
  ]);
  expect(messages[3]!.files).toMatchObject([
    { name: 'a pixel.png', type: 'image/png', width: 1, height: 1, alt: 'a pixel' },
    { name: 'notes.txt', type: 'text/html', width: null },
  ]);
  const { events } = (await call<{ events: object[] }>(server, 'GET', `${at}/events`, { token }))
    .body;
  expect(events.map((event) => (event as { type: string }).type)).toEqual([
    'room.created',
    'member.joined',
    'member.joined',
    ...Array.from({ length: 4 }, () => 'message.created'),
  ]);
  const found = await call<{ results: object[] }>(server, 'GET', '/search?q=soup', { token });
  expect(found.body.results).toHaveLength(1);
  const roles = await call<{ users: object[] }>(server, 'GET', `${at}/users`, { token });
  expect(roles.body.users).toMatchObject([
    { name: 'Ana', role: 'owner' },
    { name: 'Bo', role: 'member' },
  ]);
  expect((await postMessage(server, token, rooms[0]!.id, 'next')).body.seq).toBe(8);
});

it('imports the example of docs/export.md', async () => {
  const markdown = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
  const examples = [...markdown.matchAll(/^`([\w-]+)\.jsonl`\n\n```json\n(.*?)\n```$/gms)];
  expect(examples.map(([, name]) => name)).toEqual(['users', 'rooms', 'members', 'messages']);
  const lines = examples.map(([, name, text]) => [name!, text!.split('\n')] as const);
  const folder = writeFolder(temporaryFolder(), Object.fromEntries(lines));
  expect(await refusalOf(temporaryFolder(), folder)).toBeNull();
});

const line = (of: readonly object[], change: object) => [{ ...of[0], ...change }];
const kitchen = { roomId: 'C1', at: '2024-05-01T10:00:00Z' };
const file = { id: 'f', roomId: 'C1', userId: 'U1', name: 'f.txt' };

/** What is wrong with a folder, and how it is refused. */
const unfit: [what: string, change: HandWritten, why: RegExp][] = [
  ['no JSON', { users: [...minimal.users, '{"id":'] }, /^users\.jsonl, line 3: is no JSON: .*/],
  ['a list', { users: ['[]'] }, /^users\.jsonl, line 1: is no object$/],
  [
    'a field too many',
    { users: line(minimal.users, { nmae: 'x' }) },
    /line 1: nmae is not a known/,
  ],
  ['a field too few', { users: [{ id: 'U1', email: 'a@example.org' }] }, /line 1: .*name/],
  [
    'a password and no email',
    { users: line(minimal.users, { email: undefined, passwordHash: `$2b$04$${'a'.repeat(53)}` }) },
    /line 1: email is missing/,
  ],
  [
    'an invisible name',
    { rooms: [{ id: 'C1', name: '\u200B' }] },
    /^rooms\.jsonl, line 1: name must/,
  ],
  [
    'a bot with an email',
    { users: line(minimal.users, { isBot: true }) },
    /^users\.jsonl, line 1: email is not for bots/,
  ],
  ['a weak hash', { users: line(minimal.users, { passwordHash: 'secret' }) }, /passwordHash/],
  [
    'no time',
    { messages: line(minimal.messages, { createdAt: '2024-13-01T10:00:00Z' }) },
    /createdAt is no time/,
  ],
  [
    'a text of NUL',
    { messages: line(minimal.messages, { text: '\0' }) },
    /^messages\.jsonl, line 1: text/,
  ],
  [
    'no emoji',
    { messages: line(minimal.messages, { reactions: [{ emoji: 'x', userIds: ['U1'] }] }) },
    /emoji must be one emoji/,
  ],
  [
    'a deleted text',
    { messages: line(minimal.messages, { deletedAt: kitchen.at }) },
    /deletedAt is for messages whose text/,
  ],
  ['a path as a file', { files: [{ ...file, id: '../../secret' }] }, /^files\.jsonl, line 1: id /],
  [
    'two of a name',
    { users: [...minimal.users, { id: 'U3', email: 'c@d.e', name: 'ANA' }] },
    /^users\.jsonl, line 3: repeats an id, an email or a name/,
  ],
  [
    'two rooms of a name',
    { rooms: [...minimal.rooms, { id: 'C2', name: 'kitchen' }] },
    /^rooms\.jsonl, line 2: repeats/,
  ],
  [
    'a creator who is nobody',
    { rooms: line(minimal.rooms, { createdBy: 'U9' }) },
    /^rooms\.jsonl, line 1: names a user that users\.jsonl does not have/,
  ],
  [
    'a member of no room',
    { members: [...minimal.members, { roomId: 'C9', userId: 'U1' }] },
    /^members\.jsonl, line 3: names a room/,
  ],
  [
    'an unknown author',
    { messages: [...minimal.messages, { ...minimal.messages[0], authorId: 'U9' }] },
    /^messages\.jsonl, line 4: names a user/,
  ],
  [
    'a reply to a later one',
    { messages: line(minimal.messages, { replyTo: 2 }) },
    /^messages\.jsonl, line 1: has a replyTo/,
  ],
  [
    'another number',
    { messages: line(minimal.messages, { seq: 2 }) },
    /is message 1 of its room, not 2/,
  ],
  ['a file that is not there', { files: [file] }, /^files\.jsonl, line 1: has no file files\/f$/],
  [
    'a file of no line',
    { messages: line(minimal.messages, { files: [{ id: 'f' }] }) },
    /has a file that files\.jsonl does not have/,
  ],
  [
    'a direct room of one',
    { rooms: [...minimal.rooms, { id: 'D', kind: 'direct', userIds: ['U1', 'U2'] }] },
    /^members\.jsonl does not have the two/,
  ],
  ['a block of oneself', { blocks: [{ userId: 'U1', blockedId: 'U1' }] }, /^blocks\.jsonl, line 1/],
];

it('names the file, the line and the reason, and imports the corrected folder into the same place', async () => {
  const dataDir = temporaryFolder();
  for (const [what, change, why] of unfit) {
    const folder = writeFolder(temporaryFolder(), { ...minimal, ...change });
    const refusal = await refusalOf(dataDir, folder);
    expect({ what, refusal }).toEqual({ what, refusal: expect.stringMatching(why) as unknown });
  }
  const bad = writeFolder(temporaryFolder(), { ...minimal, users: ['{}'] });
  expect(await importInto(dataDir, bad)).toEqual(
    refused(1, /Charla cannot import: users\.jsonl, line 1: .*/),
  );
  // What was written before the last line that did not fit is no database to start on.
  await expect(startServer({ DATA_DIR: dataDir })).rejects.toThrow('only a part of an import');
  expect(await refusalOf(dataDir, writeFolder(temporaryFolder(), minimal))).toBeNull();
});

/** A line of a log. */
const logged = (seq: number, type: string, more: object) => ({ ...kitchen, seq, type, ...more });
const room = { id: 'C1', kind: 'public', name: 'Kitchen', topic: '', slowModeSeconds: 0 };
const log = [
  logged(1, 'room.created', { room }),
  logged(2, 'member.joined', { actorId: 'U1', userId: 'U1', role: 'owner' }),
  logged(3, 'message.created', { actorId: 'U1', messageSeq: 3 }),
];
const withLog = {
  ...minimal,
  blocks: [],
  bans: [],
  'notify-levels': [],
  files: [],
  events: log,
  members: [{ roomId: 'C1', userId: 'U1', joinedSeq: 2 }],
  messages: [{ ...minimal.messages[0], seq: 3 }],
} satisfies HandWritten;

const unfitLogs: [what: string, change: HandWritten, why: RegExp][] = [
  [
    'a hole',
    { events: [log[0]!, log[2]!] },
    /^events\.jsonl, line 2: has the seq 3, and the next of its room is 2$/,
  ],
  [
    'no beginning',
    { events: [{ ...log[1]!, seq: 1 }] },
    /^events\.jsonl, line 1: is before room\.created$/,
  ],
  [
    'an unknown type',
    { events: [logged(1, 'room.painted', {})] },
    /^events\.jsonl, line 1: type must be/,
  ],
  [
    'another message',
    { events: [...log, logged(4, 'message.created', { messageSeq: 3 })] },
    /messageSeq must be the seq/,
  ],
  [
    'a later message',
    { events: [...log, logged(4, 'message.edited', { messageSeq: 4 })] },
    /seq must be past/,
  ],
  [
    'another room',
    { events: [logged(1, 'room.created', { room: { ...room, id: 'C2' } })] },
    /room\/id must be/,
  ],
  ['no events', { events: [] }, /^members\.jsonl, line 1: has no joinedSeq/],
  [
    'no join',
    { members: [{ roomId: 'C1', userId: 'U1', joinedSeq: 3 }] },
    /^members\.jsonl, line 1: has no joinedSeq/,
  ],
  [
    'a message without seq',
    { messages: minimal.messages.slice(0, 1) },
    /^messages\.jsonl, line 1: needs a seq/,
  ],
  [
    'a message without event',
    { messages: [{ ...withLog.messages[0]!, seq: 2 }] },
    /^events\.jsonl has no message\.created/,
  ],
  ['an event without message', { messages: [] }, /^messages\.jsonl has no message of the event/],
  [
    'a room without events',
    { rooms: [...minimal.rooms, { id: 'C2', name: 'Hall' }] },
    /^events\.jsonl has no event of the room/,
  ],
];

it('refuses logs that have a hole, or do not fit to the messages', async () => {
  const dataDir = temporaryFolder();
  const refusalFor = async (change: HandWritten): Promise<string | null> => {
    const folder = writeFolder(temporaryFolder(), { ...withLog, ...change });
    return refusalOf(dataDir, writeManifest(folder));
  };
  for (const [what, change, why] of unfitLogs) {
    expect({ what, refusal: await refusalFor(change) }).toEqual({
      what,
      refusal: expect.stringMatching(why) as unknown,
    });
  }
  expect(await refusalFor({})).toBeNull();
});

/** A folder that cannot be imported, and why. */
const damages: [what: string, damage: (folder: string) => void, why: RegExp][] = [
  [
    'a file that changed',
    (at) => appendFileSync(join(at, 'users.jsonl'), '\n'),
    /^users\.jsonl is not what was exported/,
  ],
  ['a file less', (at) => rmSync(join(at, 'bans.jsonl')), /has no bans\.jsonl$/],
  [
    'no manifest',
    (at) => rmSync(join(at, 'manifest.json')),
    /has events\.jsonl and no manifest\.json: the export is incomplete$/,
  ],
  [
    'another format',
    (at) => writeFileSync(join(at, 'manifest.json'), '{"format":2}'),
    /its manifest\.json does not fit$/,
  ],
  [
    'an unknown file',
    (at) => writeFileSync(join(at, 'user.jsonl'), ''),
    /has user\.jsonl, which is none of users\.jsonl, /,
  ],
  [
    'an unfinished export',
    (at) => writeFileSync(join(at, 'charla.lock'), ''),
    /is an export that was not finished/,
  ],
];

it('refuses folders that are no whole export, and touches nothing', async () => {
  const dataDir = temporaryFolder();
  for (const [what, damage, why] of damages) {
    const folder = writeManifest(writeFolder(temporaryFolder(), withLog));
    damage(folder);
    expect({ what, refusal: await refusalOf(dataDir, folder) }).toEqual({
      what,
      refusal: expect.stringMatching(why) as unknown,
    });
  }
  expect(await refusalOf(dataDir, join(dataDir, 'nothing'))).toMatch(/ cannot be read: ENOENT/);
  expect(existsSync(join(dataDir, 'charla.db'))).toBe(false);
});

it('takes bytes of files only from the folder, and only as their line describes them', async () => {
  const dataDir = temporaryFolder();
  const secret = join(temporaryFolder(), 'secret');
  writeFileSync(secret, 'a secret');
  const refusalFor = (change: object, make: (files: string) => void) => {
    const folder = writeFolder(temporaryFolder(), { ...minimal, files: [{ ...file, ...change }] });
    make(join(folder, 'files'));
    return refusalOf(dataDir, folder);
  };
  expect(await refusalFor({}, (files) => symlinkSync(secret, join(files, 'f')))).toMatch(
    /^files\.jsonl, line 1: has no file files\/f$/,
  );
  expect(await refusalFor({}, (files) => mkdirSync(join(files, 'f')))).toMatch(
    /has no file files\/f$/,
  );
  const write = (bytes: string) => (files: string) => writeFileSync(join(files, 'f'), bytes);
  expect(await refusalFor({ sha256: '0'.repeat(64) }, write('bytes'))).toMatch(
    /^files\.jsonl, line 1: has another sha256 than files\/f, which is damaged$/,
  );
  expect(await refusalFor({}, write('GIF89a\0\0\0\0'))).toMatch(/^files\.jsonl, line 1: /);
  expect(filesIn(join(dataDir, 'files'))).toEqual([]);
  // The bytes were gone when it was exported.
  expect(await refusalFor({ isMissing: true }, () => {})).toBeNull();
});

it('fills nothing but an empty database without a server, and says so in one line', async () => {
  const folder = writeFolder(temporaryFolder(), minimal);
  const server = await startServer();
  const before = readdirSync(server.dataDir);
  expect(await importInto(server.dataDir, folder)).toEqual(
    refused(
      1,
      /Charla cannot import: DATA_DIR .* is in use by another Charla; stop that one first/,
    ),
  );
  expect(readdirSync(server.dataDir)).toEqual(before);
  await signUp(server, 'Cy');
  await server.stop();
  expect(await refusalOf(server.dataDir, folder)).toMatch(
    /^DATA_DIR=.* is not empty: it has accounts; set it to a new folder$/,
  );

  // A server that nobody has used yet is empty. Its own room goes.
  const unused = await startServer();
  await unused.stop();
  expect(await refusalOf(unused.dataDir, folder)).toBeNull();
  const filled = await startServer({ DATA_DIR: unused.dataDir });
  const token = await signInTo(filled, 'bo@example.org');
  const { rooms } = (await call<{ rooms: Room[] }>(filled, 'GET', '/rooms', { token })).body;
  expect(rooms.map(({ name }) => name)).toEqual(['Kitchen']);
  const found = await call<{ results: object[] }>(filled, 'GET', '/search?q=hello', { token });
  expect(found.body.results).toHaveLength(1);
});
