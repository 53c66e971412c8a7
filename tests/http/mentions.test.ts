import { beforeAll, describe, expect, it } from 'vitest';
import { nameKey } from '../../public/shared/name-key.js';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openStream,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { mentionCases, mentionNames } from '../support/mention-cases.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
const people: Record<string, Account> = {};
let room: Room;
beforeAll(async () => {
  for (const name of mentionNames) people[name] = await signUp(server, name);
  room = await createRoom(server, people['Ana']!.token, 'Kitchen');
});

const idOf = (name: string) => people[name]!.user.id;
const say = async (text: string, where = room) =>
  (await postMessage(server, people['Ana']!.token, where.id, text)).body;
const mentionedBy = async (text: string) => {
  const names = new Map(Object.entries(people).map(([name, { user }]) => [user.id, name]));
  return (await say(text)).mentions.map((id) => names.get(id));
};

describe('a name after an @', () => {
  it.each(mentionCases)('is a mention in %j: %j', async (text, marks) => {
    const names = new Map(mentionNames.map((name) => [nameKey(name), name]));
    const mentioned = marks.map((mark) => names.get(nameKey(mark.slice(1))));
    expect(await mentionedBy(text)).toEqual([...new Set(mentioned)]);
  });

  it('is found in a text with thousands of @', async () => {
    expect(await mentionedBy('@'.repeat(4000))).toEqual([]);
    expect(await mentionedBy(`@Bo ${'@a '.repeat(1300)}`)).toEqual(['Bo']);
  });
});

it('finds the longest of many names with the same beginning, and every name in a text', async () => {
  const names = ['Ø', 'Ø b', 'Ø b c', 'Ø b c d', 'Ø b c e', 'Ø b d', 'Ø c'];
  for (const name of names) people[name] = await signUp(server, name);
  expect(await mentionedBy('@Ø b c f, @Ø b c d, @Ø b e, @Ø d')).toEqual([
    'Ø b c',
    'Ø b c d',
    'Ø b',
    'Ø',
  ]);
  const all = Object.keys(people);
  expect(await mentionedBy(all.map((name) => `@${name},`).join(' '))).toEqual(all);
});

it('finds a name among adversarial ones, and gives up if there are too many', async () => {
  const upTo = (count: number) => `Z${' m'.repeat(count)}`;
  const names = ['Z', ...Array.from({ length: 12 }, (_, i) => `${upTo(i)} a`)];
  for (const name of names) people[name] = await signUp(server, name);
  expect(await mentionedBy(`@${upTo(3)}`)).toEqual(['Z']);
  expect(await mentionedBy(`@${upTo(8)}`)).toEqual(['Z']);
  expect(await mentionedBy(`@${upTo(12)}`)).toEqual([]);
  expect(await mentionedBy(`@${upTo(12)}, @Bo`)).toEqual(['Bo']);
});

it('mentions only users who may read the room', async () => {
  const { token } = people['Ana']!;
  const secret = await createRoom(server, token, 'Secret', 'private');
  expect((await say('@Bo @Ana', secret)).mentions).toEqual([idOf('Ana')]);
  await call(server, 'PUT', `/rooms/${secret.id}/users/${idOf('Bo')}`, { token });
  expect((await say('@Bo', secret)).mentions).toEqual([idOf('Bo')]);
  await call(server, 'DELETE', `/rooms/${room.id}/users/${idOf('小明')}?ban=true`, { token });
  expect((await say('@小明 @Bo')).mentions).toEqual([idOf('Bo')]);
  await call(server, 'DELETE', `/rooms/${room.id}/bans/${idOf('小明')}`, { token });
});

it('sends one mention event to each mentioned user, member or not, and none to the author', async () => {
  const streams = ['Ana', 'Bo'].map((name) => openStream(server, people[name]!.token));
  const [own, bos] = streams as [(typeof streams)[0], (typeof streams)[0]];
  for (const stream of streams) await stream.next('live');
  const message = await say('@Ana and @Bo and @Bo');
  const mention = await bos.next('mention');
  expect(mention).toMatchObject({ type: 'mention', roomId: room.id, message });
  // An edit finds mentions anew but alerts nobody; a deletion removes them.
  const path = `/rooms/${room.id}/messages/${message.seq}`;
  const { token } = people['Ana']!;
  const edited = await call<Message>(server, 'PATCH', path, {
    token,
    body: { text: '@Ana Maria' },
  });
  expect(edited.body.mentions).toEqual([idOf('Ana Maria')]);
  await call(server, 'DELETE', path, { token });
  expect((await call<Message>(server, 'GET', path, { token })).body.mentions).toEqual([]);
  const { seq } = await say('the end, @Bo');
  await bos.next('mention');
  while ((await own.next('message.created'))['seq'] !== seq);
  const counts = streams.map(
    ({ events }) => events.filter(({ type }) => type === 'mention').length,
  );
  expect(counts).toEqual([0, 2]);
});
