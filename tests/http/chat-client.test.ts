import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventSource, WebSocket } from '../support/frame-check.ts';
import {
  ApiError,
  ChatClient,
  newClient,
  openRoom,
  restart,
  withResolvers,
} from '../support/chat-client.ts';
import { call, createRoom, signUp, type Frame } from '../support/client.ts';
import { shareServer, startServer } from '../support/server.ts';

const server = shareServer();

let people = 0;
/** A new user, in a new room. */
async function newRoom() {
  people += 1;
  const ana = await signUp(server, `Ana ${people}`);
  return { ana, room: await createRoom(server, ana.token, `Kitchen ${people}`) };
}

describe('ChatClient', () => {
  it('signs up, opens a room, sends and receives', async () => {
    const ana = newClient(server);
    await ana.register({ email: 'ana@example.org', password: 'correct horse', name: 'Ana' });
    expect(ana.session!.user.name).toBe('Ana');
    const { rooms } = await ana.api.listRooms();
    const bo = newClient(server);
    await bo.register({ email: 'bo@example.org', password: 'correct horse', name: 'Bo' });
    const mine = openRoom(ana, rooms[0]!.id);
    const theirs = openRoom(bo, rooms[0]!.id);
    await Promise.all([mine.state('live'), theirs.state('live')]);
    const id = mine.connection.send({ text: '¡Hola! 👋' });
    await mine.sent(id);
    await theirs.text('¡Hola! 👋');
    await mine.text('¡Hola! 👋');
    expect(() => mine.connection.send({ text: '' })).toThrow(RangeError);
    const refusal = ana.api.getRoom('nothing');
    await expect(refusal).rejects.toBeInstanceOf(ApiError);
    await expect(refusal).rejects.toMatchObject({ statusCode: 404, code: 'room_not_found' });
    mine.connection.close();
    await mine.state('closed');
  });

  it('reconnects after a restart without a hole or a repeat, and sends queued messages once', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const bo = await signUp(first, 'Bo');
    const room = await createRoom(first, ana.token, 'Kitchen');
    const client = new ChatClient({ baseUrl: first.url, session: ana, WebSocket, EventSource });
    const view = openRoom(client, room.id);
    await view.state('live');
    await view.sent(view.connection.send({ text: 'before', clientMsgId: 'a' }));
    await view.text('before');

    await first.stop();
    await view.state('waiting');
    const waiting = ['b', 'c', 'd'];
    for (const id of waiting) view.connection.send({ text: `while away ${id}`, clientMsgId: id });
    const liveBefore = view.calls.length;

    const second = await restart(first);
    // The reconnected client must not miss this message.
    const path = `/rooms/${room.id}/messages`;
    await call(second, 'POST', path, { token: bo.token, body: { text: 'missed' } });
    view.connection.wake();
    for (const id of waiting) await view.sent(id);
    await view.sent(view.connection.send({ text: 'after' }));
    await view.text('after');

    expect(view.calls.slice(liveBefore).some(({ kind }) => kind === 'onReset')).toBe(false);
    // The client may be back before the message that it must not miss.
    const between = ['missed', ...waiting.map((id) => `while away ${id}`)];
    const texts = view.texts();
    expect(texts.slice(1, -1).toSorted()).toEqual(between.toSorted());
    expect([texts[0], texts.at(-1)]).toEqual(['before', 'after']);
    const seqs = view.calls
      .filter(({ kind, first: event }) => kind === 'onEvent' && 'seq' in event)
      .map(({ first: event }) => event.seq as number);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    const { body } = await call<{ messages: Frame[] }>(second, 'GET', path, ana);
    expect(body.messages.map(({ text }) => String(text))).toEqual(texts);
  });

  it('closes a connecting socket only once it is open, so that no browser complains', async () => {
    const { token } = await signUp(server, 'Ana leaves at once');
    const room = await createRoom(server, token, 'left at once');
    const closedIn: number[] = [];
    const made: WebSocket[] = [];
    class Watched extends WebSocket {
      constructor(url: string) {
        super(url);
        made.push(this);
      }
      override close(code?: number): void {
        closedIn.push(this.readyState);
        super.close(code);
      }
    }
    const client = new ChatClient({
      baseUrl: server.url,
      WebSocket: Watched,
      EventSource,
      session: {
        token,
        user: { name: 'Ana' },
        expiresAt: new Date(Date.now() + 3.6e6).toISOString(),
      },
    });
    const { connection } = openRoom(client, room.id);
    while (made.length === 0) await nextTurn();
    expect(made[0]!.readyState).toBe(WebSocket.CONNECTING);
    connection.close();
    await once(made[0]!, 'close');
    // It closes again when the server confirms.
    expect(closedIn[0]).toBe(WebSocket.OPEN);
  });

  it('reports a final refusal, and sends the next message', async () => {
    const { ana, room } = await newRoom();
    const client = new ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const view = openRoom(client, room.id);
    view.connection.send({ text: 'first' });
    view.connection.send({ text: 'to nothing', replyTo: 9999 });
    const last = view.connection.send({ text: 'last' });
    await view.sent(last);
    expect((await view.refused())['second']).toMatchObject({ code: 'message_not_found' });
    await view.text('last');
    expect(view.texts()).toEqual(['first', 'last']);
  });

  it('ends a session that was revoked elsewhere, and does not reconnect', async () => {
    const { ana, room } = await newRoom();
    const client = new ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const ended = new Promise<string | null>((resolve) => {
      client.onSession((session, reason) => session === null && resolve(reason));
    });
    const view = openRoom(client, room.id);
    await view.state('live');
    await call(server, 'POST', '/auth/logout', ana);
    expect(await ended).toBe('session_revoked');
    expect((await view.state('closed'))['second']).toBe('signed_out');
    expect(client.session).toBeNull();
  });

  it('reconnects with the session that a new password opens', async () => {
    const { ana, room } = await newRoom();
    const client = new ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const view = openRoom(client, room.id);
    await view.state('live');
    await client.updateMe({ password: 'another password', currentPassword: ana.password });
    expect(client.session!.token).not.toBe(ana.token);
    expect(client.session!.user).toEqual(ana.user);
    expect((await call(server, 'GET', '/users/me', ana)).status).toBe(401);
    await view.state('waiting');
    const id = view.connection.send({ text: 'still here' });
    await view.sent(id);
    expect(view.connection.state).toBe('live');
  });

  it('waits for as long as the server asks before it sends again', async () => {
    const limited = await startServer({ RATE_LIMIT_MESSAGES: '1' });
    const ana = await signUp(limited, 'Ana');
    const room = await createRoom(limited, ana.token, 'Kitchen');
    const client = new ChatClient({ baseUrl: limited.url, session: ana, WebSocket });
    const view = openRoom(client, room.id);
    // The limit allows three changes at once, and the room was one; then one every three seconds.
    const ids = ['1', '2', '3'].map((text) => view.connection.send({ text }));
    await view.sent(ids[2]!);
    const delays = view.calls.filter(({ kind }) => kind === 'onDelayed');
    expect(delays).toHaveLength(1);
    expect(delays[0]!['second'].retryAfter).toBeGreaterThanOrEqual(1);
  });

  it('delivers the events of all rooms of the user', async () => {
    const { ana } = await newRoom();
    const client = new ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const { promise: fresh, resolve: isFresh } = withResolvers<void>();
    const { promise: created, resolve: setCreated } = withResolvers<Frame>();
    const stream = client.notifications({
      onFresh: isFresh,
      onEvent: (event: Frame) => event['type'] === 'message.created' && setCreated(event),
    });
    onTestFinished(() => stream.close());
    await fresh;
    const room = await createRoom(server, ana.token, 'Garden');
    const send = { token: ana.token, body: { text: 'news' } };
    await call(server, 'POST', `/rooms/${room.id}/messages`, send);
    expect((await created)['message']).toMatchObject({ roomId: room.id, text: 'news' });
  });
});
