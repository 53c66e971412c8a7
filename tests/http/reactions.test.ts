import { beforeAll, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  postMessage,
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
  seq = (await postMessage(server, ana.token, room.id, 'hi')).body.seq;
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
  'accepts %s once per user',
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
  'stores %s as one reaction in all its forms, over HTTP and over a socket',
  async (one, other) => {
    expect(other).not.toBe(one);
    const socket = await openLiveSocket(server, ana.token, room.id);
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
])('rejects %j, both to add and to remove', async (emoji) => {
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

it('joins a public room with the first reaction, and rejects one to a missing or deleted message', async () => {
  const carla = await signUp(server, 'Carla');
  await react('PUT', '🎉', carla);
  const { body } = await call<Room>(server, 'GET', `/rooms/${room.id}`, carla);
  expect(body.role).toBe('member');
  expectRefusal(await react('PUT', '🎉', bo, 999_999), 'message_not_found');
  const sent = await postMessage(server, ana.token, room.id, 'bye');
  await react('PUT', '🎉', bo, sent.body.seq);
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${sent.body.seq}`, ana);
  expectRefusal(await react('PUT', '🎉', bo, sent.body.seq), 'message_not_found');
  expect((await message(sent.body.seq)).reactions).toEqual([]);
});

it('acks a reaction over a socket with the seq of its event, or of the head if nothing changed', async () => {
  const socket = await openLiveSocket(server, bo.token, room.id);
  const ask = async (type: string): Promise<Frame> => socket.ask({ type, seq, emoji: '🐢' });
  const added = await ask('react');
  expect(added).toMatchObject({ type: 'ack', seq: await head() });
  expect(await ask('react')).toMatchObject({ seq: added['seq'], duplicate: true });
  expect(await ask('unreact')).toMatchObject({ seq: (added['seq'] as number) + 1 });
  expect(await ask('unreact')).toMatchObject({ duplicate: true });
  const bad = await socket.ask({ type: 'react', seq, emoji: 'no emoji' });
  expect(bad).toMatchObject({ type: 'error', code: 'validation_failed', retryable: false });
});

it('accepts 50 different emoji per message, from all users together, and more of each', async () => {
  const { body } = await postMessage(server, ana.token, room.id, 'popular');
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
  // More of an emoji that is there, and a new one once another is gone.
  expect((await react('PUT', emoji[0]!, ana, body.seq)).status).toBe(204);
  expect((await react('DELETE', emoji[1]!, ana, body.seq)).status).toBe(204);
  expect((await react('PUT', last, ana, body.seq)).status).toBe(204);
  expect((await message(body.seq)).reactions).toHaveLength(50);
});
