import { describe, expect, it } from 'vitest';
import { call, createRoom, openSocket, signUp, type Frame } from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let rooms = 0;

/** Two people with live sockets in a room of their own. */
async function pair() {
  rooms += 1;
  const [ana, bo] = [await signUp(server, `Ana ${rooms}`), await signUp(server, `Bo ${rooms}`)];
  const room = await createRoom(server, ana.token, `room ${rooms}`);
  const a = await openSocket(server, ana.token, room.id);
  const b = await openSocket(server, bo.token, room.id);
  await a.next('presence.joined');
  await b.next('live');
  return { ana, bo, room, a, b };
}

const historyOf = async (token: string, roomId: string) =>
  (await call<{ messages: Frame[] }>(server, 'GET', `/rooms/${roomId}/messages`, { token })).body
    .messages;

describe('send', () => {
  it('is acked with its seq, and is in the history from then on', async () => {
    const { ana, room, a } = await pair();
    const ack = await a.ask({ type: 'send', text: 'hola', clientMsgId: 'c1' });
    expect(ack).toEqual({ type: 'ack', seq: 4, ref: ack['ref'], clientMsgId: 'c1' });
    const [message] = await historyOf(ana.token, room.id);
    expect(message).toMatchObject({ seq: 4, text: 'hola', clientMsgId: 'c1', replyTo: null });
  });

  it('reaches the others and the sender as the same message.created', async () => {
    const { ana, bo, room, a, b } = await pair();
    await b.ask({ type: 'send', text: '¡Hola! 👋 漢字 "\\ \u2028\t' });
    const [toA, toB] = [await a.next('message.created'), b.frames.find(isMessage)];
    expect(toA).toEqual(toB);
    const { id, name, color } = bo.user;
    expect(toA).toEqual({
      type: 'message.created',
      roomId: room.id,
      seq: 4,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      actor: { id, name, color },
      message: (await historyOf(ana.token, room.id))[0],
    });
    expect(toA['message'].text).toBe('¡Hola! 👋 漢字 "\\ \u2028\t');
  });

  it('without ref and clientMsgId gets an ack without them', async () => {
    const { a } = await pair();
    a.send({ type: 'send', text: 'x' });
    expect(await a.next('ack')).toEqual({ type: 'ack', seq: 4 });
  });

  it('returns the first seq when repeated, on any socket, and stores nothing', async () => {
    const { ana, room, a } = await pair();
    const send = { type: 'send', text: 'once', clientMsgId: 'same' };
    expect(await a.ask(send)).toMatchObject({ seq: 4 });
    const tab = await openSocket(server, ana.token, room.id);
    for (const socket of [a, tab]) {
      const ack = await socket.ask(send);
      expect(ack).toMatchObject({ type: 'ack', seq: 4, duplicate: true, clientMsgId: 'same' });
    }
    expect(await historyOf(ana.token, room.id)).toHaveLength(1);
    expect(await a.ask({ type: 'send', text: 'next' })).toMatchObject({ seq: 5 });
    expect(a.frames.filter(isMessage)).toHaveLength(2);
  });

  it('stores one message if repeated many times at once', async () => {
    const { ana, room, a, b } = await pair();
    for (let i = 0; i < 20; i += 1) a.send({ type: 'send', text: 'once', clientMsgId: 'x' });
    await a.ask({ type: 'send', text: 'the end' });
    const acks = a.frames.filter((frame) => frame['type'] === 'ack').slice(0, 20);
    expect(acks.filter((ack) => !ack['duplicate'])).toHaveLength(1);
    expect(new Set(acks.map((ack) => Number(ack['seq'])))).toEqual(new Set([4]));
    expect(await historyOf(ana.token, room.id)).toHaveLength(2);
    expect((await b.next('message.created'))['seq']).toBe(4);
    expect((await b.next('message.created'))['seq']).toBe(5);
  });

  it.each([
    ['another text', { text: 'two' }],
    ['another replyTo', { text: 'one', replyTo: 4 }],
  ])('rejects a reused clientMsgId with %s', async (_, change) => {
    const { a, b } = await pair();
    await a.ask({ type: 'send', text: 'to be replied to' });
    await a.ask({ type: 'send', text: 'one', clientMsgId: 'c' });
    const response = await a.ask({ type: 'send', clientMsgId: 'c', ...change });
    expect(response).toMatchObject({
      type: 'error',
      code: 'idempotency_mismatch',
      retryable: false,
      clientMsgId: 'c',
    });
    expect(await b.ask({ type: 'send', text: 'two', clientMsgId: 'c' })).toMatchObject({
      type: 'ack',
      seq: 6,
    });
  });

  it('can reply to messages only', async () => {
    const { ana, room, a } = await pair();
    await a.ask({ type: 'send', text: 'question' });
    expect(await a.ask({ type: 'send', text: 'answer', replyTo: 4 })).toMatchObject({ seq: 5 });
    expect((await historyOf(ana.token, room.id))[1]).toMatchObject({ seq: 5, replyTo: 4 });
    for (const replyTo of [1, 2, 6, 999]) {
      const response = await a.ask({ type: 'send', text: 'x', replyTo });
      expect(response).toMatchObject({
        type: 'error',
        code: 'message_not_found',
        retryable: false,
      });
    }
  });

  it.each([
    ['4,000 code points of four bytes', '👋'.repeat(4000), true],
    ['4,001 code points', '👋'.repeat(4001), false],
    ['4,000 letters', 'x'.repeat(4000), true],
    ['4,001 letters', 'x'.repeat(4001), false],
    ['2,001 letters of two code points', 'e\u0301'.repeat(2001), false],
    ['white space', ' \n ', false],
    ['white space around a letter', ' \n x ', true],
    ['nothing', '', false],
    ['NUL', 'a\u0000b', false],
  ])('accepts or rejects a text of %s', async (_, text, isValid) => {
    const { ana, room, a } = await pair();
    const response = await a.ask({ type: 'send', text });
    expect(response).toMatchObject(
      isValid ? { type: 'ack', seq: 4 } : { type: 'error', code: 'validation_failed' },
    );
    const texts = (await historyOf(ana.token, room.id)).map((message) => String(message['text']));
    expect(texts).toEqual(isValid ? [text] : []);
  });
});

const isMessage = (frame: Frame) => frame['type'] === 'message.created';

it('responds to a ping with a pong that has its ref', async () => {
  const { a } = await pair();
  a.send({ type: 'ping' });
  expect(await a.next('pong')).toEqual({ type: 'pong' });
  a.send({ type: 'ping', ref: '7' });
  expect(await a.next('pong')).toEqual({ type: 'pong', ref: '7' });
});

it('sends typing to the others, and to none of the typist’s own sockets', async () => {
  const { ana, room, a, b } = await pair();
  const tab = await openSocket(server, ana.token, room.id);
  await tab.next('live');
  a.send({ type: 'typing' });
  const { email: _, hasPassword: _p, mailSummaries: _m, ...user } = ana.user;
  expect(await b.next('typing')).toEqual({ type: 'typing', roomId: room.id, user });
  for (const own of [a, tab]) {
    await own.ask({ type: 'ping' });
    expect(own.frames.some((frame) => frame['type'] === 'typing')).toBe(false);
  }
});

describe('auth', () => {
  it('with a newer token of the same user extends the socket', async () => {
    const { ana, a } = await pair();
    const { body } = await call<{ token: string; expiresAt: string }>(
      server,
      'POST',
      '/auth/refresh',
      { token: ana.token },
    );
    const ack = await a.ask({ type: 'auth', token: body.token });
    expect(ack).toEqual({ type: 'ack', ref: ack['ref'], expiresAt: body.expiresAt });
  });

  it('binds the socket to the session of the new token', async () => {
    const { ana, a, b } = await pair();
    const { body: other } = await call<{ token: string }>(server, 'POST', '/auth/login', {
      body: { email: ana.email, password: ana.password },
    });
    expect(await a.ask({ type: 'auth', token: other.token })).toMatchObject({ type: 'ack' });
    await call(server, 'POST', '/auth/logout', { token: ana.token });
    expect(await a.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    await call(server, 'POST', '/auth/logout', { token: other.token });
    expect(await a.closed).toMatchObject({ code: 4002 });
    await b.next('presence.left');
  });

  it('rejects tokens of others, invalid tokens and ended sessions, and keeps the socket open', async () => {
    const { bo, a, ana } = await pair();
    expect(await a.ask({ type: 'auth', token: bo.token })).toMatchObject({
      type: 'error',
      code: 'forbidden',
      retryable: false,
    });
    for (const token of ['garbage', '', `${ana.token}x`]) {
      const { type, code } = await a.ask({ type: 'auth', token });
      expect([type, code]).toEqual(['error', token === '' ? 'token_missing' : 'token_invalid']);
    }
    const { body: other } = await call<{ token: string }>(server, 'POST', '/auth/login', {
      body: { email: ana.email, password: ana.password },
    });
    await call(server, 'POST', '/auth/logout', { token: other.token });
    expect(await a.ask({ type: 'auth', token: other.token })).toMatchObject({
      code: 'session_revoked',
    });
    expect(await a.ask({ type: 'send', text: 'still here' })).toMatchObject({ type: 'ack' });
  });
});

describe('the close of a socket', () => {
  it('has code 1000 for all sockets of a user who leaves the room, after the member.left', async () => {
    const { bo, room, a, b } = await pair();
    const tab = await openSocket(server, bo.token, room.id);
    await tab.next('live');
    await call(server, 'POST', `/rooms/${room.id}/leave`, { token: bo.token });
    for (const socket of [b, tab]) {
      expect((await socket.closed).code).toBe(1000);
      expect(socket.frames.at(-1)).toMatchObject({ type: 'member.left', reason: 'left' });
    }
    expect(await a.next('member.left')).toMatchObject({ user: { id: bo.user.id }, seq: 4 });
    expect(await a.next('presence.left')).toMatchObject({ user: { id: bo.user.id } });
  });

  it('has code 4002 for the sockets of a session that logs out, and for no others', async () => {
    const { ana, room, a, b } = await pair();
    const tab = await openSocket(server, ana.token, room.id);
    const { body: other } = await call<{ token: string }>(server, 'POST', '/auth/login', {
      body: { email: ana.email, password: ana.password },
    });
    const elsewhere = await openSocket(server, other.token, room.id);
    await elsewhere.next('live');
    await call(server, 'POST', '/auth/logout', { token: ana.token });
    expect((await a.closed).code).toBe(4002);
    expect((await tab.closed).code).toBe(4002);
    for (const socket of [b, elsewhere]) {
      expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    }
  });
});

it('keeps sockets in two rooms apart', async () => {
  const { ana, bo, a, b } = await pair();
  const second = await createRoom(server, ana.token, `second of ${ana.user.name}`);
  const a2 = await openSocket(server, ana.token, second.id);
  const b2 = await openSocket(server, bo.token, second.id);
  await b2.next('live');
  await b2.ask({ type: 'send', text: 'in the second' });
  expect((await a2.next('message.created'))['message'].text).toBe('in the second');
  b2.send({ type: 'typing' });
  await a2.next('typing');
  await call(server, 'POST', `/rooms/${second.id}/leave`, { token: bo.token });
  expect((await b2.closed).code).toBe(1000);
  expect(await b.ask({ type: 'send', text: 'in the first' })).toMatchObject({ seq: 4 });
  await a.next('message.created');
  expect(a.frames.some((frame) => frame['roomId'] === second.id)).toBe(false);
  expect(a2.frames.some((frame) => frame['message']?.text === 'in the first')).toBe(false);
});
