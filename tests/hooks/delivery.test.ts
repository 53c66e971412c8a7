import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message, Room, RoomPage } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { addHook, hooksOf, startReceiver, type Receiver } from '../support/receiver.ts';
import { shareServer } from '../support/server.ts';

/* Deliveries to real receivers, by a server whose pauses are short. */

const hookTimes = { tickMs: 50, requestMs: 1500, pausesMs: [100, 150, 200] };
const lines: string[] = [];
const server = shareServer(
  { WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' },
  undefined,
  (line) => void lines.push(line),
  { hookTimes },
);
let ana: Account;
let bo: Account;
beforeAll(async () => {
  [ana, bo] = await Promise.all([signUp(server, 'Ana'), signUp(server, 'Bo')]);
});

let rooms = 0;
interface Scene {
  readonly room: Room;
  readonly receiver: Receiver;
  readonly hookId: string;
  readonly secret: string;
  readonly say: (text: string) => Promise<Message>;
}

/** A room of Ana's with a hook. */
async function scene({ events }: { events?: string[] } = {}): Promise<Scene> {
  const room = await createRoom(server, ana.token, `Room ${(rooms += 1)}`);
  const receiver = await startReceiver();
  const { id, secret } = await addHook(server, ana.token, room.id, {
    url: receiver.url,
    ...(events && { events }),
  });
  const say = async (text: string) => (await postMessage(server, ana.token, room.id, text)).body;
  return { room, receiver, hookId: id, secret, say };
}

const hookOf = async ({ room }: Scene) => (await hooksOf(server, ana.token, room.id))[0]!;

/** The direct room that the server's bot has with a user. */
async function botRoomOf({ token }: Account) {
  const { body } = await call<RoomPage>(server, 'GET', '/rooms?scope=mine&limit=200', { token });
  return body.rooms.find(({ kind, name }) => kind === 'direct' && name.startsWith('Charla'));
}

describe('a hook', () => {
  it('takes every durable event of its room from then on, in order, as the log has it', async () => {
    const { room, receiver, say } = await scene();
    await joinRoom(server, bo.token, room.id);
    const message = await say('¡Hola! 👋');
    const path = `/rooms/${room.id}`;
    const { token } = ana;
    await call(server, 'PUT', `${path}/messages/${message.seq}/reactions/👍`, { token });
    await call(server, 'PATCH', path, { token, body: { topic: 'Hooks' } });
    await receiver.seqs(4);
    const after = room.lastSeq;
    const { body } = await call<{ events: object[] }>(
      server,
      'GET',
      `${path}/events?after=${after}`,
      {
        token,
      },
    );
    // The reaction shows in the message only where it came before its delivery.
    const withoutReactions = (event: object) =>
      JSON.stringify(event).replace(/"reactions":\[.*?\],"files"/, '"files"');
    expect(receiver.received.map(({ event }) => withoutReactions(event))).toEqual(
      body.events.map(withoutReactions),
    );
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'member.joined',
      'message.created',
      'reaction.added',
      'room.updated',
    ]);
    expect(receiver.open.most).toBe(1);
  });

  it('signs each delivery, with an id of its own, so that the official library verifies it', async () => {
    const { receiver, secret, say } = await scene();
    await say('one');
    await say('two');
    const webhook = new Webhook(secret);
    const ids = new Set<unknown>();
    for (let i = 0; i < 2; i += 1) {
      const { headers, body, event } = await receiver.next();
      expect(webhook.verify(body, headers as Record<string, string>)).toEqual(event);
      expect(headers).toMatchObject({ 'content-type': 'application/json' });
      ids.add(headers['webhook-id']);
    }
    expect(ids.size).toBe(2);
  });

  it('takes only the types that it names, and is not behind for the others', async () => {
    const one = await scene({ events: ['message.deleted', 'message.created'] });
    const { room, receiver, say } = one;
    await joinRoom(server, bo.token, room.id);
    const { seq } = await say('hello');
    await call(server, 'DELETE', `/rooms/${room.id}/messages/${seq}`, ana);
    await call(server, 'POST', `/rooms/${room.id}/leave`, bo);
    await receiver.seqs(2);
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'message.created',
      'message.deleted',
    ]);
    await vi.waitFor(async () => {
      expect((await hookOf(one)).behind).toEqual({ events: 0, since: null });
    }, 10_000);
    expect(receiver.received).toHaveLength(2);
  });

  it('takes hundreds of events in order, one request at a time, and messages do not wait for it', async () => {
    const { room, receiver } = await scene({ events: ['message.created'] });
    // Nothing is answered until all are sent.
    const held: (() => void)[] = [];
    receiver.answer = (response) => held.push(() => response.writeHead(200).end());
    const sent = await Promise.all(
      Array.from({ length: 120 }, (_, i) => postMessage(server, ana.token, room.id, `${i}`)),
    );
    receiver.answer = null;
    for (const answer of held) answer();
    expect(await receiver.seqs(120)).toEqual(
      sent.map(({ body }) => body.seq).toSorted((a, b) => a - b),
    );
    expect(receiver.open.most).toBe(1);
  });

  it('says nothing of a text that was deleted before its turn', async () => {
    const { room, receiver, say } = await scene();
    receiver.answer = (response) => response.writeHead(500).end();
    await say('first');
    await receiver.next();
    const { seq } = await say('a secret');
    await call(server, 'DELETE', `/rooms/${room.id}/messages/${seq}`, ana);
    receiver.answer = null;
    let delivery = await receiver.next();
    while (delivery.event.seq !== seq) delivery = await receiver.next();
    expect(delivery.event).toMatchObject({ type: 'message.created', message: { text: '' } });
  });
});

describe('a receiver', () => {
  it('that fails gets the same event again, under the same id, until it takes it', async () => {
    const one = await scene();
    const { receiver, say } = one;
    receiver.answer = (response) => response.writeHead(503).end('busy');
    const { seq } = await say('hello');
    const first = await receiver.next();
    await vi.waitFor(async () => {
      expect(await hookOf(one)).toMatchObject({
        state: 'retrying',
        nextAttemptAt: expect.any(String),
        lastAnswer: { status: 503, error: 'the receiver answered with 503', reason: 'status' },
        behind: { events: 1, since: expect.any(String) },
      });
    }, 10_000);
    await say('later');
    receiver.answer = null;
    let again = await receiver.next();
    expect(again.event.seq).toBe(seq);
    expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
    while (again.event.seq === seq) again = await receiver.next();
    expect(again.event.seq).toBe(seq + 1);
    await vi.waitFor(async () => {
      expect(await hookOf(one)).toMatchObject({
        state: 'active',
        nextAttemptAt: null,
        lastAnswer: { status: 204, error: null, reason: null },
        behind: { events: 0, since: null },
      });
    }, 10_000);
  });

  it('that never answers, redirects, hangs up or sends no HTTP has failed, and is told why', async () => {
    const elsewhere = await startReceiver();
    const cases: [NonNullable<Receiver['answer']>, number | null, RegExp][] = [
      [() => {}, null, /^no answer within 1.5 s$/],
      [
        (response) => response.writeHead(302, { location: elsewhere.url }).end(),
        302,
        /redirect, which is not followed/,
      ],
      [
        (response) => response.socket?.destroy(),
        null,
        /^the receiver closed the connection$|^the connection failed: socket hang up$/,
      ],
      [(response) => response.socket?.end('hello\r\n\r\n'), null, /^the connection failed: /],
    ];
    await Promise.all(
      cases.map(async ([answer, status, error]) => {
        const one = await scene();
        one.receiver.answer = answer;
        const { seq } = await one.say('hello');
        await vi.waitFor(async () => {
          const { lastAnswer } = await hookOf(one);
          expect(lastAnswer).toMatchObject({ status, error: expect.stringMatching(error) });
        }, 20_000);
        one.receiver.answer = null;
        const seen = one.receiver.received.length;
        expect((await one.receiver.seqs(seen + 1)).at(-1)).toBe(seq);
      }),
    );
    expect(elsewhere.received).toHaveLength(0);
  });

  it('that is away and comes back gets everything, once, in order', async () => {
    const one = await scene();
    const { port } = one.receiver;
    await one.receiver.stop();
    const sent = [await one.say('one'), await one.say('two'), await one.say('three')];
    await vi.waitFor(async () => {
      expect((await hookOf(one)).lastAnswer?.error).toBe('nothing listens at that address');
    }, 10_000);
    const back = await startReceiver({ port });
    // It may have been disabled meanwhile, where the machine is slow.
    const path = `/rooms/${one.room.id}/hooks/${one.hookId}/resume`;
    expect((await call(server, 'POST', path, ana)).status).toBe(204);
    expect(await back.seqs(3)).toEqual(sent.map(({ seq }) => seq));
  });

  it('that is slow, or dead, delays no other hook', async () => {
    const dead = await Promise.all(Array.from({ length: 10 }, () => scene()));
    for (const { receiver } of dead) receiver.answer = () => {};
    const cy = await signUp(server, `Cy ${rooms}`);
    const room = await createRoom(server, cy.token, `Room of ${cy.user.name}`);
    const receiver = await startReceiver();
    await addHook(server, cy.token, room.id, { url: receiver.url });
    await Promise.all(dead.map(({ say }) => say('into the void')));
    await Promise.all(dead.map((one) => one.receiver.seqs(1)));
    const { body } = await postMessage(server, cy.token, room.id, 'hello');
    expect((await receiver.next()).event.seq).toBe(body.seq);
    expect(dead.every((one) => one.receiver.open.now === 1)).toBe(true);
  });
});

describe('a hook is disabled, and its maker told by the server’s bot,', () => {
  const botText = async (account: Account) => {
    const room = await vi.waitFor(async () => {
      const found = await botRoomOf(account);
      expect(found).toBeDefined();
      return found!;
    }, 10_000);
    const path = `/rooms/${room.id}/messages`;
    const { body } = await call<{ messages: Message[] }>(server, 'GET', path, account);
    return body.messages.at(-1)!;
  };

  it('at once by a 410, and goes on from there when it is resumed', async () => {
    const one = await scene();
    const { receiver, room, hookId, say } = one;
    receiver.answer = (response) => response.writeHead(410).end();
    const { seq } = await say('hello');
    await vi.waitFor(async () => {
      expect(await hookOf(one)).toMatchObject({
        state: 'disabled',
        nextAttemptAt: null,
        lastAnswer: { status: 410, error: 'the receiver says that it is gone', reason: 'gone' },
      });
    }, 10_000);
    expect(receiver.received).toHaveLength(1);
    const { text, author } = await botText(ana);
    expect(text).toContain(`“${room.name}” to 127.0.0.1:${receiver.port} was disabled`);
    const { body: bot } = await call(server, 'GET', `/users/${author.id}`, ana);
    expect(bot).toMatchObject({ name: 'Charla', isBot: true, isAdmin: false });
    await say('while it is disabled');
    receiver.answer = null;
    await call(server, 'POST', `/rooms/${room.id}/hooks/${hookId}/resume`, ana);
    expect(await receiver.seqs(3)).toEqual([seq, seq, seq + 1]);
    await vi.waitFor(async () => expect((await hookOf(one)).state).toBe('active'), 10_000);
  });

  it('after the last pause; but not where its maker has blocked the bot', async () => {
    const one = await scene();
    one.receiver.answer = (response) => response.writeHead(500).end();
    await one.say('hello');
    await one.receiver.seqs(4);
    await vi.waitFor(async () => expect((await hookOf(one)).state).toBe('disabled'), 10_000);
    const { text, author } = await botText(ana);
    expect(text).toContain(one.room.name);
    expect(text).toContain('for three days, no attempt succeeded');
    expect(one.receiver.received).toHaveLength(4);

    await call(server, 'PUT', `/users/${author.id}/block`, ana);
    const other = await scene();
    other.receiver.answer = (response) => response.writeHead(410).end();
    await other.say('hello');
    await vi.waitFor(async () => expect((await hookOf(other)).state).toBe('disabled'), 10_000);
    await call(server, 'DELETE', `/users/${author.id}/block`, ana);
    expect((await botText(ana)).text).not.toContain(other.room.name);
    const disabled = lines.filter((line) => line.includes(other.hookId));
    expect(disabled.join('')).toContain('"isTold":false');
  });

  it('unless they are no longer of the room', async () => {
    const cy = await signUp(server, `Cy ${(rooms += 1)}`);
    const room = await createRoom(server, cy.token, `Room ${rooms}`, 'private');
    const receiver = await startReceiver();
    const member = `/rooms/${room.id}/users/${ana.user.id}`;
    await call(server, 'PUT', member, { token: cy.token, body: { role: 'owner' } });
    const { id } = await addHook(server, cy.token, room.id, { url: receiver.url });
    await call(server, 'POST', `/rooms/${room.id}/leave`, cy);
    await receiver.seqs(1);
    receiver.answer = (response) => response.writeHead(410).end();
    await postMessage(server, ana.token, room.id, 'hello');
    await vi.waitFor(() => {
      expect(lines.find((line) => line.includes(id))).toContain('"isTold":false');
    }, 10_000);
    expect(await botRoomOf(cy)).toBeUndefined();
  });
});

describe('nothing more is sent', () => {
  it('of a room or to a hook that was deleted while a delivery is under way', async () => {
    const [one, other] = [await scene(), await scene()];
    const answers: (() => void)[] = [];
    for (const { receiver, say } of [one, other]) {
      // The second attempt reads both events at once.
      receiver.answer = (response) => response.writeHead(500).end();
      await Promise.all([say('one'), say('two')]);
      await receiver.seqs(1);
      receiver.answer = (response) => answers.push(() => response.writeHead(200).end());
      await receiver.seqs(2);
    }
    const hookPath = `/rooms/${one.room.id}/hooks/${one.hookId}`;
    expect((await call(server, 'DELETE', hookPath, ana)).status).toBe(204);
    expect((await call(server, 'DELETE', `/rooms/${other.room.id}`, ana)).status).toBe(204);
    // A page of the log that was read before is good for a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (const answer of answers) answer();
    const control = await scene();
    await control.say('control');
    await control.receiver.next();
    await vi.waitFor(() => expect([one, other].map((o) => o.receiver.open.now)).toEqual([0, 0]));
    expect([one, other].map((o) => o.receiver.received.length)).toEqual([2, 2]);
    expect(await hooksOf(server, ana.token, one.room.id)).toEqual([]);
  });
});

describe('hooks as a resource', () => {
  const create = (roomId: string, body: object, { token } = ana) =>
    call<{ code: string; message: string; details: { path: string }[] }>(
      server,
      'POST',
      `/rooms/${roomId}/hooks/outgoing`,
      { token, body },
    );

  it('show their secret once, and a list without it', async () => {
    const one = await scene({ events: ['message.created'] });
    expect(await hookOf(one)).toEqual({
      id: one.hookId,
      kind: 'outgoing',
      url: one.receiver.url,
      events: ['message.created'],
      createdBy: ana.user.id,
      createdAt: expect.any(String),
      state: 'active',
      nextAttemptAt: null,
      lastAnswer: null,
      behind: { events: 0, since: null },
    });
  });

  it('reject URLs and events that cannot be, and more than ten of one room', async () => {
    const { id } = await createRoom(server, ana.token, `Room ${(rooms += 1)}`);
    const bad: [object, string][] = [
      [{ url: 'nowhere' }, '/url'],
      [{ url: 'ftp://127.0.0.1/' }, '/url'],
      [{ url: 'http://ana:secret@127.0.0.1/' }, '/url'],
      [{ url: 'http://127.0.0.1/', events: [] }, '/events'],
      [{ url: 'http://127.0.0.1/', events: ['message.sent'] }, '/events/0'],
      [{ url: 'http://127.0.0.1/', name: 'x' }, '/name'],
    ];
    for (const [body, path] of bad) {
      const answer = await create(id, body);
      expect([answer.status, answer.body.code, answer.body.details[0]?.path]).toEqual([
        400,
        'validation_failed',
        path,
      ]);
    }
    for (let i = 0; i < 10; i += 1) {
      await addHook(server, ana.token, id, { url: `http://127.0.0.1:9/${i}` });
    }
    const { status, body } = await create(id, { url: 'http://127.0.0.1:9/' });
    expect([status, body.code]).toEqual([403, 'quota_exceeded']);
    expect(body.message).toContain('10 outgoing hooks, which is the limit');
  });

  it('are not found in another room', async () => {
    const one = await scene();
    const { id } = await createRoom(server, ana.token, `Room ${(rooms += 1)}`);
    for (const [method, suffix] of [
      ['POST', '/resume'],
      ['DELETE', ''],
    ] as const) {
      const path = `/rooms/${id}/hooks/${one.hookId}${suffix}`;
      const { status, body } = await call<{ code: string }>(server, method, path, ana);
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });
});
