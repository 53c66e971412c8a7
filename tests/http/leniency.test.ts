import { beforeAll, describe, expect, it } from 'vitest';
import type { Me, Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { exchange, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { documentedRoutes } from '../support/routes.ts';
import { shareServer } from '../support/server.ts';

/*
 * The server accepts variants that mean the same: null like an omitted field, several spaces like one, numbers
 * up to the largest that fits.
 */

const server = shareServer();
let ana: Account;
let room: Room;
let message: Message;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
  ({ body: message } = await post({ text: 'first' }));
});

const post = (body: object) => postMessage(server, ana.token, room.id, body);

describe('null in an optional field', () => {
  it('counts as omitted when a message is sent', async () => {
    const sent = await post({ text: 'a', clientMsgId: null, replyTo: null });
    expect([sent.status, sent.body.replyTo, sent.body.clientMsgId]).toEqual([201, null, null]);
    // null is not a clientMsgId that two messages could share.
    expect((await post({ text: 'b', clientMsgId: null })).status).toBe(201);
    const first = await post({ text: 'c', clientMsgId: 'c', replyTo: null });
    const again = await post({ text: 'c', clientMsgId: 'c' });
    expect([again.status, again.body.seq]).toEqual([200, first.body.seq]);
  });

  it('counts as omitted when a received message is sent again', async () => {
    const { text, replyTo, clientMsgId } = message;
    expect((await post({ text, replyTo, clientMsgId })).status).toBe(201);
  });

  it('counts as omitted when a room, a member or an account changes', async () => {
    const { token } = ana;
    const created = await call<Room>(server, 'POST', '/rooms', {
      token,
      body: { name: 'Nulls', topic: null, visibility: null },
    });
    expect(created).toMatchObject({ status: 201, body: { kind: 'public', topic: '' } });
    const path = `/rooms/${created.body.id}`;
    await call(server, 'PATCH', path, { token, body: { topic: 'kept', slowModeSeconds: 7 } });
    const body = { name: null, topic: null, slowModeSeconds: null };
    expect(await call<Room>(server, 'PATCH', path, { token, body })).toMatchObject({
      status: 200,
      body: { name: 'Nulls', topic: 'kept', slowModeSeconds: 7, lastSeq: 3 },
    });
    const bo = await signUp(server, 'Bo');
    const member = `${path}/users/${bo.user.id}`;
    await call(server, 'PUT', member, { token, body: { role: 'moderator' } });
    const put = await call(server, 'PUT', member, { token, body: { role: null } });
    expect(put).toMatchObject({ status: 200, body: { role: 'moderator' } });
    const me = await call<Me>(server, 'PATCH', '/users/me', {
      token,
      body: { name: null, color: null, password: null, currentPassword: null },
    });
    expect(me).toMatchObject({ status: 200, body: ana.user });
    const incomplete = { password: 'another password', currentPassword: null };
    const refused = await call(server, 'PATCH', '/users/me', { token, body: incomplete });
    expectRefusal(refused, 'validation_failed', ['/currentPassword']);
  });

  it('counts as omitted when somebody registers', async () => {
    const body = {
      email: 'cy@example.org',
      password: 'password of Cy',
      name: 'Cy',
      setupCode: null,
    };
    const { status } = await call(server, 'POST', '/auth/register', { body });
    expect(status).toBe(201);
  });

  it('counts as omitted in a frame, and is not echoed', async () => {
    const socket = await openLiveSocket(server, ana.token, room.id);
    socket.send({ type: 'send', text: 'a', clientMsgId: null, replyTo: null, ref: null });
    const ack = await socket.next('ack');
    expect(ack).toEqual({ type: 'ack', seq: expect.any(Number) });
    const full = { type: 'send', text: 'b', clientMsgId: null, replyTo: null };
    expect(await socket.ask(full)).toMatchObject({ type: 'ack', seq: ack['seq'] + 1 });
    socket.send({ type: 'ping', ref: null });
    expect(await socket.next('pong')).toEqual({ type: 'pong' });
  });

  it.each([
    ['POST', () => '/rooms', { name: null }],
    ['POST', () => '/direct', { userId: null }],
    ['POST', () => `/rooms/${room.id}/messages`, { text: null }],
    ['PATCH', () => `/rooms/${room.id}/messages/${message.seq}`, { text: null }],
    ['PUT', () => `/rooms/${room.id}/read`, { seq: null }],
    ['POST', () => '/auth/login', { email: null, password: 'x' }],
  ])('is rejected if the field is required: %s %o', async (method, path, body) => {
    const answer = await call(server, method, path(), { token: ana.token, body });
    expectRefusal(answer, 'validation_failed');
  });

  it('is rejected in a query, where it is a word', async () => {
    for (const query of ['limit=null', 'after=null', 'before=null']) {
      const path = `/rooms/${room.id}/messages?${query}`;
      expectRefusal(await call(server, 'GET', path, ana), 'validation_failed');
    }
  });

  it('is documented for every body', async () => {
    let seen = 0;
    for (const { method, path, operation } of await documentedRoutes(server)) {
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
        const { properties = {}, required = [] } = schema as {
          properties?: Record<string, { type?: unknown; enum?: unknown[] }>;
          required?: string[];
        };
        for (const [name, { type, enum: values }] of Object.entries(properties)) {
          const isNullable = values?.includes(null) ?? [type].flat().includes('null');
          expect([method, path, name, isNullable]).toEqual([
            method,
            path,
            name,
            !required.includes(name),
          ]);
          seen += 1;
        }
      }
    }
    expect(seen).toBeGreaterThan(20);
  });
});

describe('a number in a URL', () => {
  const MAX = String(Number.MAX_SAFE_INTEGER);
  it.each([`before=${MAX}`, `after=${MAX}`, 'limit=200', 'after=0', `before=${MAX}&limit=200`])(
    'is accepted up to the documented maximum: %s',
    async (query) => {
      const path = `/rooms/${room.id}/messages?${query}`;
      const { status, body } = await call<{ messages: Message[] }>(server, 'GET', path, ana);
      expect(status).toBe(200);
      expect(body.messages.length > 0).toBe(!query.startsWith(`after=${MAX}`));
    },
  );

  it('is accepted up to that maximum for events and for single messages', async () => {
    const events = `/rooms/${room.id}/events?after=${MAX}`;
    expect(await call(server, 'GET', events, ana)).toMatchObject({
      status: 200,
      body: { events: [] },
    });
    const path = `/rooms/${room.id}/messages/${MAX}`;
    expectRefusal(await call(server, 'GET', path, ana), 'message_not_found');
    const edit = { token: ana.token, body: { text: 'b' } };
    expectRefusal(await call(server, 'PATCH', path, edit), 'message_not_found');
    expectRefusal(await call(server, 'DELETE', path, ana), 'message_not_found');
    expectRefusal(await call(server, 'PUT', `${path}/reactions/👍`, ana), 'message_not_found');
    const reply = await post({ text: 'a', replyTo: Number(MAX) });
    expectRefusal(reply, 'message_not_found');
    const read = { token: ana.token, body: { seq: Number(MAX) } };
    expect((await call(server, 'PUT', `/rooms/${room.id}/read`, read)).status).toBe(200);
    const socket = await openSocket(server, ana.token, room.id, { after: MAX });
    expect((await socket.next('reset'))['type']).toBe('reset');
  });

  const bad = ['', '+5', '-5', '-0', '05', '5.0', '5.', '1e3', '0x5', '5n', '٥', '%205', '5%20'];
  it.each([...bad, 'NaN', 'Infinity', '9007199254740992', '9007199254740993', '9'.repeat(100)])(
    'is rejected if it is malformed or too large: "%s"',
    async (number) => {
      for (const name of ['before', 'after', 'limit']) {
        const path = `/rooms/${room.id}/messages?${name}=${number}`;
        expectRefusal(await call(server, 'GET', path, ana), 'validation_failed', [`/${name}`]);
      }
      if (number === '') return;
      const path = `/rooms/${room.id}/messages/${number}`;
      expectRefusal(await call(server, 'GET', path, ana), 'validation_failed', ['/seq']);
    },
  );
});

describe('a bearer token', () => {
  const ask = (authorization: string) => {
    const headers = ['Connection: close', `Authorization:${authorization}`];
    return exchange(server, requestText('GET /users/me HTTP/1.1', headers));
  };

  it.each([
    [' Bearer ', ''],
    [' Bearer  ', ''],
    [' Bearer     ', ''],
    [' Bearer\t', ''],
    [' Bearer \t ', ''],
    [' bearer ', ''],
    [' BEARER ', ''],
    [' bEaReR ', ' '],
    ['Bearer ', '  \t'],
    ['   Bearer  ', '   '],
  ])(
    'is accepted with any white space and case around it: "%s"token"%s"',
    async (before, after) => {
      const answer = await ask(before + ana.token + after);
      expect(answer).toMatchObject({ status: 200, body: { id: ana.user.id } });
    },
  );

  it.each([
    '',
    ' ',
    ' Bearer',
    ' Bearer ',
    ' bearer\t',
    ' Basic YTpi',
    ' Bearer:x',
    ' token x',
    ' Bearerx y',
  ])('is missing in "%s"', async (authorization) => {
    expectRefusal(await ask(authorization), 'token_missing');
  });

  it('is invalid if anything follows it', async () => {
    expectRefusal(await ask(` Bearer ${ana.token} x`), 'token_invalid');
    expectRefusal(await ask(` Bearer ${ana.token},`), 'token_invalid');
    expectRefusal(await ask(` Bearer ,`), 'token_invalid');
  });

  it('is parsed among 15,000 spaces', async () => {
    const spaces = ' '.repeat(15_000);
    expectRefusal(await ask(` Bearer x${spaces}x`), 'token_invalid');
    expectRefusal(await ask(` Bearer ${spaces}x`), 'token_invalid');
    expectRefusal(await ask(`${spaces}Bearer`), 'token_missing');
  });
});
