import { beforeAll, describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
let room: Room;
let rooms = 0;
const newRoom = () => createRoom(server, ana.token, `Room ${(rooms += 1)}`);
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
  room = await newRoom();
});

/** Posts a message; a string is sent as it is, not as the text. */
const send = (body: object | string, { token } = ana, roomId = room.id) =>
  call<Message>(server, 'POST', `/rooms/${roomId}/messages`, { token, body });
const get = (seq: number | string, roomId = room.id) =>
  call<Message>(server, 'GET', `/rooms/${roomId}/messages/${seq}`, ana);
const headOf = async (roomId = room.id) =>
  (await call<Room>(server, 'GET', `/rooms/${roomId}`, ana)).body.lastSeq;

it('returns the complete message, as it is read later', async () => {
  const { status, body } = await send({ text: 'hola' });
  expect(status).toBe(201);
  const { id, name, color } = ana.user;
  expect(body).toEqual({
    roomId: room.id,
    seq: await headOf(),
    author: { id, name, color },
    text: 'hola',
    replyTo: null,
    mentions: [],
    reactions: [],
    files: [],
    clientMsgId: null,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    editedAt: null,
    deletedAt: null,
  });
  expect((await get(body.seq)).body).toEqual(body);
});

it('joins with the first message, and logs the join before it', async () => {
  const own = await newRoom();
  const { status, body } = await send({ text: 'first' }, bo, own.id);
  expect([status, body.seq]).toEqual([201, 4]);
  const socket = await openLiveSocket(server, ana.token, own.id, { after: 0 });
  const events = socket.frames.slice(1, -1).map(({ seq, type, actor }) => [seq, type, actor?.name]);
  expect(events).toEqual([
    [1, 'room.created', 'Ana'],
    [2, 'member.joined', 'Ana'],
    [3, 'member.joined', 'Bo'],
    [4, 'message.created', 'Bo'],
  ]);
});

it('numbers messages that many send at once without a gap or a repeat', async () => {
  const own = await newRoom();
  const sends = Array.from({ length: 40 }, (_, i) =>
    send({ text: `message ${i}` }, i % 2 ? ana : bo, own.id),
  );
  const seqs = (await Promise.all(sends)).map(({ body }) => body.seq);
  // Seqs 1 and 2 created the room, and one of the others is Bo’s join.
  expect(new Set(seqs).size).toBe(40);
  expect(await headOf(own.id)).toBe(43);
  expect(Math.min(...seqs)).toBeGreaterThan(2);
});

const text4000 = '😀'.repeat(4000);

describe('a text', () => {
  it.each([
    ['one character', 'a'],
    ['one astral character', '😀'],
    ['4,000 characters', 'x'.repeat(4000)],
    ['4,000 astral characters', text4000],
    ['4,000 combining characters', 'e\u0301'.repeat(2000)],
    ['letters from right to left', 'שלום\u200f עולם \u202eabc\u202c'],
    ['an emoji of many code points', '👨‍👩‍👧‍👦🏳️‍🌈👋🏽'],
    ['spaces at both ends', '  \t hola \n\n '],
    ['every kind of line break', 'a\r\nb\rc\nd\u2028e\u2029f\u0085g'],
    ['one accent', '\u0301'],
    ['invisible characters around a letter', '\u200b\u3164x\u202e'],
    ['control characters', '\u0001\u0007\u001b[31m\u007f\u009f'],
    ['no normal form', 'é e\u0301 ﬁ \u212b \ufeff'],
    ['noncharacters', '\uffff\ufffe\u{10ffff}\ufffd'],
    ['special characters of JSON, SQL and HTML', `"\\ ' ; -- %_ </script><b>&amp; \${x} {{y}}`],
    ['names of object properties', '__proto__ constructor toString'],
  ])('is returned exactly as it was sent: %s', async (_, text) => {
    const { status, body } = await send({ text });
    expect(status).toBe(201);
    expect(body.text).toBe(text);
    expect((await get(body.seq)).body.text).toBe(text);
    const after = body.seq - 1;
    const path = `/rooms/${room.id}/messages?after=${after}&limit=1`;
    const page = await call<{ messages: Message[] }>(server, 'GET', path, ana);
    expect(page.body.messages[0]!.text).toBe(text);
    const socket = await openSocket(server, ana.token, room.id, { after });
    expect((await socket.next('message.created'))['message'].text).toBe(text);
  });

  it.each([
    ['nothing', JSON.stringify({ text: '' })],
    ['white space only', JSON.stringify({ text: ' \t\n\u00a0\u3000\u2028' })],
    ['invisible characters only', JSON.stringify({ text: '\u200b\u200d\ufe0f\u2060' })],
    ['blank letters', JSON.stringify({ text: '\u3164\u115f\u1160\uffa0\u2800' })],
    ['controls only', JSON.stringify({ text: '\u0001\u001b\u0085' })],
    ['marks of direction only', JSON.stringify({ text: '\u202e\u2066\u200f\u061c' })],
    ['tags only', JSON.stringify({ text: '\u{e0067}\u{e0062}\u{e007f}' })],
    ['4,001 characters', JSON.stringify({ text: 'x'.repeat(4001) })],
    ['4,001 astral characters', JSON.stringify({ text: `${text4000}😀` })],
    ['few graphemes of more than 4,000 code points', JSON.stringify({ text: '👨‍👩‍👧‍👦'.repeat(572) })],
    ['one letter and 4,000 accents', JSON.stringify({ text: `e${'\u0301'.repeat(4000)}` })],
    ['NUL', String.raw`{"text":"a\u0000b"}`],
    ['a lone high surrogate', String.raw`{"text":"\ud800"}`],
    ['a lone low surrogate', String.raw`{"text":"a\udc00b"}`],
    ['surrogates in the wrong order', String.raw`{"text":"\ude00\ud83d"}`],
    ['a number', '{"text":5}'],
    ['null', '{"text":null}'],
    ['a list', '{"text":["a"]}'],
  ])('is rejected: %s', async (_, body) => {
    const head = await headOf();
    expectRefusal(await send(body), 'validation_failed', ['/text']);
    expect(await headOf()).toBe(head);
  });

  it('is rejected if invisible, over every transport, and changes nothing', async () => {
    const { body } = await send({ text: 'something' });
    const socket = await openLiveSocket(server, ana.token, room.id);
    const head = await headOf();
    const { seq } = body;
    const path = `/rooms/${room.id}/messages/${seq}`;
    for (const text of [' \n', '\u200b\ufe0f', '\u3164', '\u2800\u00ad\u0007']) {
      expectRefusal(await send({ text }), 'validation_failed', ['/text']);
      const edited = await call(server, 'PATCH', path, { token: ana.token, body: { text } });
      expectRefusal(edited, 'validation_failed', ['/text']);
      for (const command of [
        { type: 'send', text },
        { type: 'edit', seq, text },
      ]) {
        const answer = await socket.ask(command);
        expect(answer).toMatchObject({
          type: 'error',
          code: 'validation_failed',
          retryable: false,
        });
      }
    }
    expect(await headOf()).toBe(head);
    expect((await get(seq)).body.text).toBe('something');
  });

  it('may contain escaped surrogate pairs', async () => {
    const { body } = await send(String.raw`{"text":"\ud83d\ude00\u00e9"}`);
    expect(body.text).toBe('😀é');
  });

  it('is rejected, not altered, if it is not UTF-8', async () => {
    const head = await headOf();
    const bytes = Buffer.concat([
      Buffer.from('{"text":"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(`${server.url}/rooms/${room.id}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ana.token}` },
      body: bytes,
    });
    const { status, headers } = response;
    expectRefusal({ status, headers, body: await response.json() }, 'validation_failed');
    expect(await headOf()).toBe(head);
  });
});

describe('a clientMsgId', () => {
  let ids = 0;
  const newId = () => `id ${(ids += 1)}`;

  it('makes a send repeatable: the repeat returns the first message and writes nothing', async () => {
    const message = { text: 'once', clientMsgId: newId() };
    const first = await send(message);
    expect([first.status, first.body.clientMsgId]).toEqual([201, message.clientMsgId]);
    const head = await headOf();
    const second = await send(message);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(await headOf()).toBe(head);
  });

  it('writes one message for many sends at once', async () => {
    const message = { text: 'once', clientMsgId: newId() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(message)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    expect(new Set(answers.map(({ body }) => body.seq)).size).toBe(1);
  });

  it('is rejected when reused with another text or replyTo', async () => {
    const { body: target } = await send({ text: 'target' });
    const plain = { text: 'same', clientMsgId: newId() };
    const reply = { text: 'same', replyTo: target.seq, clientMsgId: newId() };
    expect((await send(plain)).status).toBe(201);
    expect((await send(reply)).status).toBe(201);
    const head = await headOf();
    for (const other of [
      { ...plain, text: 'same ' },
      { ...plain, replyTo: target.seq },
      { ...reply, text: 'other' },
      { ...reply, replyTo: undefined },
      { ...reply, replyTo: target.seq + 1 },
    ]) {
      expectRefusal(await send(other), 'idempotency_mismatch');
    }
    expect(await headOf()).toBe(head);
    expect((await send(plain)).status).toBe(200);
    expect((await send(reply)).status).toBe(200);
  });

  it('is compared with the message as first sent, also after an edit or deletion', async () => {
    const { body: target } = await send({ text: 'target' });
    for (const replyTo of [undefined, target.seq]) {
      const message = { text: 'first', replyTo, clientMsgId: newId() };
      const { body } = await send(message);
      const path = `/rooms/${body.roomId}/messages/${body.seq}`;
      const changes: [string, string, object?][] = [
        ['PATCH', path, { text: 'second' }],
        ['PATCH', path, { text: 'third' }],
        ['DELETE', path],
      ];
      for (const [method, url, change] of changes) {
        await call(server, method, url, { token: ana.token, ...(change && { body: change }) });
        const again = await send(message);
        expect([again.status, again.body.seq]).toEqual([200, body.seq]);
        for (const text of ['second', 'third', '']) {
          const other = await send({ ...message, text: text || 'fourth' });
          expectRefusal(other, 'idempotency_mismatch');
        }
      }
    }
  });

  it('is scoped to one user and one room', async () => {
    const message = { text: 'mine', clientMsgId: newId() };
    const mine = await send(message);
    const theirs = await send(message, bo);
    const elsewhere = await send(message, ana, (await newRoom()).id);
    expect([mine.status, theirs.status, elsewhere.status]).toEqual([201, 201, 201]);
    expect(theirs.body.seq).toBeGreaterThan(mine.body.seq);
    expect((await send({ ...message, text: 'theirs' }, bo)).status).toBe(409);
  });

  it('differs from another in any of its characters', async () => {
    const similar = ['a', 'A', 'a ', 'á', 'a\u0301', '__proto__', 'constructor'];
    const sent = await Promise.all(similar.map((clientMsgId) => send({ text: 'x', clientMsgId })));
    expect(sent.map(({ status }) => status)).toEqual(similar.map(() => 201));
  });

  it('is not used up by a rejected send', async () => {
    const clientMsgId = newId();
    expectRefusal(await send({ text: 'x', replyTo: 9999, clientMsgId }), 'message_not_found');
    expect((await send({ text: 'x', clientMsgId })).status).toBe(201);
  });

  it('has 1 to 64 characters', async () => {
    const longest = '😀'.repeat(64);
    expect((await send({ text: 'x', clientMsgId: longest })).body.clientMsgId).toBe(longest);
    for (const clientMsgId of ['', 'i'.repeat(65), `${longest}😀`, 'nul\0', 7]) {
      const answer = await send({ text: 'x', clientMsgId });
      expectRefusal(answer, 'validation_failed', ['/clientMsgId']);
    }
  });
});

describe('replyTo', () => {
  it('names a message of the room', async () => {
    const { body: target } = await send({ text: 'target' });
    const { status, body } = await send({ text: 'reply', replyTo: target.seq });
    expect([status, body.replyTo]).toEqual([201, target.seq]);
  });

  it('is rejected if the room has no such message', async () => {
    const own = await newRoom();
    await send({ text: 'here' }, ana, own.id);
    const head = await headOf(own.id);
    // Seqs 1 and 2 are other events, and seqs past the head do not exist yet.
    for (const replyTo of [1, 2, head + 1, 999_999]) {
      const answer = await send({ text: 'x', replyTo }, ana, own.id);
      expectRefusal(answer, 'message_not_found');
    }
    expect(await headOf(own.id)).toBe(head);
  });

  it.each([0, -1, 1.5, '1', 2 ** 53])('is rejected as %j', async (replyTo) => {
    expectRefusal(await send({ text: 'x', replyTo }), 'validation_failed', ['/replyTo']);
  });
});

it('joins nobody with a rejected send', async () => {
  const own = await newRoom();
  expectRefusal(await send({ text: '' }, bo, own.id), 'validation_failed');
  expectRefusal(await send({ text: 'x', replyTo: 1 }, bo, own.id), 'message_not_found');
  const { body } = await call<Room>(server, 'GET', `/rooms/${own.id}`, bo);
  expect(body).toMatchObject({ role: null, memberCount: 1, lastSeq: 2 });
});

it('rejects an unknown field', async () => {
  const answer = await send({ text: 'x', clientMsgID: 'typo' });
  expectRefusal(answer, 'validation_failed', ['/clientMsgID']);
});

it('returns message_not_found for the seq of another event or past the head', async () => {
  expectRefusal(await get(1), 'message_not_found');
  expectRefusal(await get(999_999), 'message_not_found');
  for (const seq of ['0', '-1', 'x', '1.5', '1e1', '99999999999999999999']) {
    expectRefusal(await get(seq), 'validation_failed', ['/seq']);
  }
});
