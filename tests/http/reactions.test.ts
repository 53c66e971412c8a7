import { beforeAll, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openSocket,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
let room: Room;
let seq: number;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
  room = await createRoom(server, ana.token, 'Kitchen');
  const path = `/rooms/${room.id}/messages`;
  const sent = await call<Message>(server, 'POST', path, {
    token: ana.token,
    body: { text: 'hi' },
  });
  seq = sent.body.seq;
});

const react = async (method: 'PUT' | 'DELETE', emoji: string, by = bo, at = seq) =>
  call(
    server,
    method,
    `/rooms/${room.id}/messages/${at}/reactions/${encodeURIComponent(emoji)}`,
    by,
  );
const message = async (at = seq) =>
  (await call<Message>(server, 'GET', `/rooms/${room.id}/messages/${at}`, ana)).body;
const head = async () => (await call<Room>(server, 'GET', `/rooms/${room.id}`, ana)).body.lastSeq;

it.each(['👍', '👍🏽', '❤️', '👩‍💻', '👨‍👩‍👧‍👦', '🇪🇸', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '☺️', '🫡', '©️'])(
  'takes %s, once a user',
  async (emoji) => {
    expect((await react('PUT', emoji)).status).toBe(204);
    const after = await head();
    expect((await react('PUT', emoji)).status).toBe(204);
    expect(await head()).toBe(after);
    expect((await react('PUT', emoji, ana)).status).toBe(204);
    const shown = (await message()).reactions.find((one) => one.emoji === emoji);
    expect(shown).toEqual({ emoji, userIds: [bo.user.id, ana.user.id] });
    for (const by of [ana, bo, bo]) expect((await react('DELETE', emoji, by)).status).toBe(204);
    expect((await message()).reactions).toEqual([]);
  },
);

it.each([
  ['❤️', '❤'],
  ['👍', '👍\uFE0F'],
  ['❤️‍🔥', '❤\u200D🔥'],
  ['👁️‍🗨️', '👁\u200D🗨'],
  ['👁️‍🗨️', '👁\uFE0F\u200D🗨'],
  ['1️⃣', '1\u20E3'],
  ['🏳️‍🌈', '🏳\u200D🌈'],
  ['✌🏽', '✌\uFE0F🏽'],
  ['©️', '©'],
  ['Ⓜ️', 'Ⓜ'],
])(
  'takes %s for one reaction in all its forms, over HTTP and over a socket',
  async (one, other) => {
    expect(other).not.toBe(one);
    const socket = await openSocket(server, ana.token, room.id);
    await socket.next('live');
    const ask = async (type: string, emoji: string) => socket.ask({ type, seq, emoji });
    expect((await react('PUT', other)).status).toBe(204);
    expect((await socket.next('reaction.added'))['emoji']).toBe(one);
    expect((await message()).reactions).toEqual([{ emoji: one, userIds: [bo.user.id] }]);
    const before = await head();
    expect((await react('PUT', one)).status).toBe(204);
    expect(await head()).toBe(before);
    expect(await ask('react', other)).toMatchObject({ type: 'ack', seq: before + 1 });
    expect(await ask('react', one)).toMatchObject({ type: 'ack', duplicate: true });
    expect((await message()).reactions).toEqual([
      { emoji: one, userIds: [bo.user.id, ana.user.id] },
    ]);
    expect(await ask('unreact', one)).toMatchObject({ type: 'ack', seq: before + 2 });
    expect((await react('DELETE', other)).status).toBe(204);
    expect((await message()).reactions).toEqual([]);
  },
);

it.each([
  'a',
  '1',
  '👍👍',
  '👍a',
  ' 👍',
  ':+1:',
  '🇪',
  '\u200D',
  '\uFE0F',
  'é',
  '#',
  '1\uFE0F',
  '🇽🇽',
  '🐢\u200D🍕',
  '🍕🏽',
  '👍\u200D',
  '❤\uFE0E',
  '👍\uFE0F\uFE0F',
])('refuses %j, to add it and to take it away', async (emoji) => {
  const socket = await openSocket(server, bo.token, room.id);
  for (const method of ['PUT', 'DELETE'] as const) {
    expectRefusal(await react(method, emoji), 'validation_failed', ['/emoji']);
  }
  for (const type of ['react', 'unreact']) {
    const answer = await socket.ask({ type, seq, emoji });
    expect(answer).toMatchObject({ type: 'error', code: 'validation_failed', retryable: false });
  }
  expect((await message()).reactions).toEqual([]);
});

it('joins a public room by the first reaction, and refuses what has nothing to react to', async () => {
  const carla = await signUp(server, 'Carla');
  await react('PUT', '🎉', carla);
  const { body } = await call<Room>(server, 'GET', `/rooms/${room.id}`, carla);
  expect(body.role).toBe('member');
  expectRefusal(await react('PUT', '🎉', bo, 999_999), 'message_not_found');
  const path = `/rooms/${room.id}/messages`;
  const sent = await call<Message>(server, 'POST', path, {
    token: ana.token,
    body: { text: 'bye' },
  });
  await react('PUT', '🎉', bo, sent.body.seq);
  await call(server, 'DELETE', `${path}/${sent.body.seq}`, ana);
  expectRefusal(await react('PUT', '🎉', bo, sent.body.seq), 'message_not_found');
  expect((await message(sent.body.seq)).reactions).toEqual([]);
});

it('does the same over a socket: the event’s seq, or the head where nothing changed', async () => {
  const socket = await openSocket(server, bo.token, room.id);
  await socket.next('live');
  const ask = async (type: string): Promise<Frame> => socket.ask({ type, seq, emoji: '🐢' });
  const added = await ask('react');
  expect(added).toMatchObject({ type: 'ack', seq: await head() });
  expect(await ask('react')).toMatchObject({ seq: added['seq'], duplicate: true });
  expect(await ask('unreact')).toMatchObject({ seq: (added['seq'] as number) + 1 });
  expect(await ask('unreact')).toMatchObject({ duplicate: true });
  const bad = await socket.ask({ type: 'react', seq, emoji: 'no emoji' });
  expect(bad).toMatchObject({ type: 'error', code: 'validation_failed', retryable: false });
});

it('takes 50 different emoji a message, from everybody together, and more of each', async () => {
  const path = `/rooms/${room.id}/messages`;
  const { body } = await call<Message>(server, 'POST', path, {
    token: ana.token,
    body: { text: 'popular' },
  });
  const emoji = Array.from({ length: 51 }, (_, i) => String.fromCodePoint(0x1f600 + i));
  const last = emoji.pop()!;
  for (const [i, one] of emoji.entries()) {
    expect((await react('PUT', one, i % 2 ? ana : bo, body.seq)).status).toBe(204);
  }
  const before = await head();
  expectRefusal(await react('PUT', last, ana, body.seq), 'quota_exceeded');
  const socket = await openSocket(server, bo.token, room.id);
  const answer = await socket.ask({ type: 'react', seq: body.seq, emoji: last });
  expect(answer).toMatchObject({ type: 'error', code: 'quota_exceeded', retryable: false });
  expect(await head()).toBe(before);
  // One of those that are there, and another in the place of one that is gone.
  expect((await react('PUT', emoji[0]!, ana, body.seq)).status).toBe(204);
  expect((await react('DELETE', emoji[1]!, ana, body.seq)).status).toBe(204);
  expect((await react('PUT', last, ana, body.seq)).status).toBe(204);
  expect((await message(body.seq)).reactions).toHaveLength(50);
});
