import { beforeAll, expect, it } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
});

let rooms = 0;
/** A new room of Ana's with one message, and functions to read and change it. */
async function createScene() {
  const room = await createRoom(server, ana.token, `Kitchen ${(rooms += 1)}`);
  const path = `/rooms/${room.id}/messages`;
  const ask = <T = Message>(method: string, suffix: string, body?: object, token = ana.token) =>
    call<T>(server, method, path + suffix, { token, body });
  const { body: message } = await ask('POST', '', { text: 'first' });
  const events = async (query = '') => {
    const { body } = await call<{ events: Frame[]; head: number }>(
      server,
      'GET',
      `/rooms/${room.id}/events${query}`,
      { token: bo.token },
    );
    return body;
  };
  return { room, ask, message, events };
}

it('edits an own message, and logs the edit as an event', async () => {
  const { ask, message, events } = await createScene();
  const edited = await ask('PATCH', `/${message.seq}`, { text: 'second' });
  expect(edited).toMatchObject({ status: 200, body: { seq: message.seq, text: 'second' } });
  expect(edited.body.editedAt).not.toBeNull();
  const { events: log, head } = await events();
  expect(log.map((event) => event['seq'])).toEqual(log.map((_, i) => i + 1));
  expect(log.at(-1)).toMatchObject({ type: 'message.edited', seq: head, message: edited.body });
  // The same text again changes nothing.
  expect((await ask('PATCH', `/${message.seq}`, { text: 'second' })).status).toBe(200);
  expect((await events()).head).toBe(head);
});

it('deletes an own message for good, and logs the deletion once', async () => {
  const { ask, message, events } = await createScene();
  expect((await ask('DELETE', `/${message.seq}`)).status).toBe(204);
  const { head } = await events();
  expect((await ask('DELETE', `/${message.seq}`)).status).toBe(204);
  const { events: log, head: after } = await events(`?after=${message.seq - 1}`);
  expect(after).toBe(head);
  expect(log.map((event) => [event['type'], event['message'].text])).toEqual([
    ['message.created', ''],
    ['message.deleted', ''],
  ]);
  expect((await ask('GET', `/${message.seq}`)).body).toMatchObject({ text: '' });
  const late = await ask<Frame>('PATCH', `/${message.seq}`, { text: 'again' });
  expect(late.body['code']).toBe('message_not_found');
});

it.each(['PATCH', 'DELETE'])(
  'rejects %s of another user’s message and of an unknown one',
  async (method) => {
    const { ask, message, events } = await createScene();
    const { head } = await events();
    const body = method === 'PATCH' ? { text: 'mine now' } : undefined;
    const foreign = await ask<Frame>(method, `/${message.seq}`, body, bo.token);
    expect(foreign.body).toMatchObject({ statusCode: 403, code: 'forbidden' });
    // A seq of another event is as unknown as one past the head.
    for (const seq of [1, 999]) {
      const missing = await ask<Frame>(method, `/${seq}`, body);
      expect(missing.body).toMatchObject({ statusCode: 404, code: 'message_not_found' });
    }
    expect((await events()).head).toBe(head);
  },
);

it('edits and deletes over a socket, and acks with the seq of the event, or of the head if nothing changed', async () => {
  const { room, message } = await createScene();
  const a = await openSocket(server, ana.token, room.id);
  const b = await openLiveSocket(server, bo.token, room.id);
  const { seq } = message;
  const edit = await a.ask({ type: 'edit', seq, text: 'second' });
  expect(await b.next('message.edited')).toMatchObject({ seq: edit['seq'], message: { seq } });
  const again = await a.ask({ type: 'edit', seq, text: 'second' });
  expect(again).toMatchObject({ type: 'ack', seq: edit['seq'], duplicate: true });
  const gone = await a.ask({ type: 'delete', seq });
  expect(await b.next('message.deleted')).toMatchObject({
    seq: gone['seq'],
    message: { seq, text: '' },
  });
  expect(await a.ask({ type: 'delete', seq })).toMatchObject({
    seq: gone['seq'],
    duplicate: true,
  });
  expect(await b.ask({ type: 'edit', seq, text: 'no' })).toMatchObject({ code: 'forbidden' });
});

it('returns events in pages, each with the head', async () => {
  const { events } = await createScene();
  const { events: page, head } = await events('?after=1&limit=1');
  expect(page.map((event) => event['seq'])).toEqual([2]);
  expect((await events(`?after=${head}`)).events).toEqual([]);
});
