import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Message, NotifyLevel, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  openLiveSocket,
  postMessage,
  signIn,
  signUp,
  type Account,
} from '../support/client.ts';
import {
  startPushService,
  vapidClaims,
  type Browser,
  type PushService,
} from '../support/push-service.ts';
import { PIXEL, uploaded } from '../support/files.ts';
import { shareServer, startServer, temporaryFolder, type Env } from '../support/server.ts';

/* Messages that reach people whose pages are closed, by a real push service, which decrypts them. */

const env: Env = { WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true', PUBLIC_URL: '' };
const pushTimes = { waitMs: 300, tickMs: 50, retryMs: 200, requestMs: 5000 };
const server = shareServer(env, undefined, undefined, { pushTimes });
let service: PushService;
let publicKey: string;
beforeAll(async () => {
  let end = () => {};
  service = await startPushService((ends) => (end = ends));
  const { token } = await signUp(server, 'Who reads the key');
  const { body } = await call<{ publicKey: string }>(server, 'GET', '/push/key', { token });
  ({ publicKey } = body);
  return () => end();
});

interface Scene {
  readonly room: Room;
  readonly ana: Account;
  readonly bo: Account;
  /** Bo's, who has no page open. */
  readonly browser: Browser;
  /** Ana writes. */
  readonly say: (text: string) => Promise<Message>;
  readonly setLevel: (level: NotifyLevel) => Promise<void>;
}

let scenes = 0;
/** A room of Ana and Bo; a direct one where `kind` says so. */
async function scene(kind: 'public' | 'private' | 'direct' = 'private'): Promise<Scene> {
  const n = (scenes += 1);
  const [ana, bo] = await Promise.all([signUp(server, `Ana${n}`), signUp(server, `Bo${n}`)]);
  let room: Room;
  if (kind === 'direct') room = (await openDirect(server, ana.token, bo.user.id)).body;
  else {
    room = await createRoom(server, ana.token, `Room ${n}`, kind);
    const path = `/rooms/${room.id}/users/${bo.user.id}`;
    await call(server, 'PUT', path, { token: ana.token, body: {} });
  }
  const browser = await service.subscribe(server, bo);
  return {
    room,
    ana,
    bo,
    browser,
    say: async (text) => (await postMessage(server, ana.token, room.id, text)).body,
    setLevel: async (level) => {
      const path = `/rooms/${room.id}/notify`;
      const { status } = await call(server, 'PUT', path, { token: bo.token, body: { level } });
      expect(status).toBe(200);
    },
  };
}

const mention = ({ bo }: Scene, text = 'look') => `@${bo.user.name} ${text}`;
const remove = ({ ana, room }: Scene, { seq }: Message) =>
  call(server, 'DELETE', `/rooms/${room.id}/messages/${seq}`, ana);

it('pushes a mention to a user without any open connection, encrypted, signed and complete', async () => {
  const one = await scene();
  const { room, ana, browser, say } = one;
  await say('not for you');
  const message = await say(mention(one, '¿vienes? 👋'));
  const pushed = await browser.nextRaw();
  expect(browser.read(pushed)).toEqual({
    type: 'message',
    roomId: room.id,
    roomName: room.name,
    kind: 'private',
    seq: message.seq,
    author: ana.user.name,
    text: message.text,
    unreadCount: 2,
    mentionCount: 1,
  });
  const { headers } = pushed;
  expect(headers).toMatchObject({
    'content-encoding': 'aes128gcm',
    urgency: 'high',
    topic: expect.stringMatching(/^[\w-]{32}$/),
    connection: 'close',
  });
  expect(Number(headers['ttl'])).toBeGreaterThan(3600);
  const claims = vapidClaims(pushed, publicKey);
  expect(claims).toMatchObject({ aud: service.origin, sub: 'mailto:admin@charla.invalid' });
  expect(claims.exp - Date.now() / 1000).toBeGreaterThan(60);
  expect(claims.exp - Date.now() / 1000).toBeLessThan(24 * 3600);
  expect(browser.received).toHaveLength(1);
});

it('brings every direct message, under the name of the other one', async () => {
  const { room, ana, browser, say } = await scene('direct');
  const { seq } = await say('hello');
  expect(await browser.next()).toMatchObject({
    roomId: room.id,
    roomName: ana.user.name,
    kind: 'direct',
    seq,
    text: 'hello',
    unreadCount: 1,
    mentionCount: 0,
  });
});

it('says what a message without text carries', async () => {
  const { room, ana, browser } = await scene('direct');
  const picture = await uploaded(server, ana.token, room.id, new Uint8Array(PIXEL), 'cat.png');
  const notes = await uploaded(server, ana.token, room.id, 'notes', 'notes.txt');
  const fileIds = [picture.id, notes.id];
  await postMessage(server, ana.token, room.id, { text: '', fileIds });
  expect(await browser.next()).toMatchObject({ text: '🖼️ cat.png +1' });
});

it('pushes by level: all, mentions or none', async () => {
  const one = await scene('public');
  const { browser, say, setLevel } = one;
  await setLevel('all');
  const everything = await say('anything');
  const pushed = await browser.nextRaw();
  expect(browser.read(pushed)).toMatchObject({ seq: everything.seq, kind: 'public' });
  expect(pushed.headers['urgency']).toBe('normal');
  await setLevel('none');
  await say(mention(one));
  // What comes after it is found after it.
  const later = await scene();
  await later.say(mention(later));
  await later.browser.next();
  await setLevel('mentions');
  await say('anything again');
  const { seq } = await say(mention(one));
  expect(await browser.next()).toMatchObject({ seq, unreadCount: 4 });
  expect(browser.received).toHaveLength(2);
});

describe('does not push', () => {
  /** Runs what must push nothing, then a mention in another room, which must be the first to arrive. */
  const expectNothing = async (one: Scene, work: () => Promise<unknown>) => {
    await work();
    const other = await createRoom(server, one.ana.token, `Control of ${one.room.name}`, 'private');
    const path = `/rooms/${other.id}/users/${one.bo.user.id}`;
    await call(server, 'PUT', path, { token: one.ana.token, body: {} });
    await postMessage(server, one.ana.token, other.id, mention(one, 'control'));
    expect(await one.browser.next()).toMatchObject({ roomId: other.id });
    expect(one.browser.received).toHaveLength(1);
  };

  it('what was read in time, on whatever connection', async () => {
    const one = await scene();
    const socket = await openLiveSocket(server, one.bo.token, one.room.id);
    await expectNothing(one, async () => {
      const { seq } = await one.say(mention(one));
      await socket.ask({ type: 'read', seq });
    });
  });

  it('what was deleted in time', async () => {
    const one = await scene('direct');
    await expectNothing(one, async () => remove(one, await one.say('a slip')));
  });

  it('one’s own messages', async () => {
    const one = await scene('direct');
    await expectNothing(one, () => postMessage(server, one.bo.token, one.room.id, 'mine'));
  });

  it('what somebody writes whom one has blocked', async () => {
    const one = await scene('public');
    const cy = await signUp(server, `Cy${one.bo.user.name}`);
    await one.setLevel('all');
    await joinRoom(server, cy.token, one.room.id);
    await call(server, 'PUT', `/users/${cy.user.id}/block`, one.bo);
    await expectNothing(one, () => postMessage(server, cy.token, one.room.id, mention(one)));
  });

  it('to somebody who is banned before it is sent', async () => {
    const one = await scene();
    await expectNothing(one, async () => {
      await one.say(mention(one));
      await call(
        server,
        'DELETE',
        `/rooms/${one.room.id}/users/${one.bo.user.id}?ban=true`,
        one.ana,
      );
    });
  });

  it('a room that was deleted', async () => {
    const one = await scene();
    await expectNothing(one, async () => {
      await one.say(mention(one));
      await call(server, 'DELETE', `/rooms/${one.room.id}`, one.ana);
    });
  });

  it('what came before the subscription', async () => {
    const one = await scene();
    const { endpoint } = one.browser;
    await call(server, 'DELETE', '/push/subscription', { token: one.bo.token, body: { endpoint } });
    await expectNothing(one, async () => {
      await one.say(mention(one));
      await call(server, 'PUT', '/push/subscription', { token: one.bo.token, body: one.browser });
    });
  });

  it('mentions to those who are not members', async () => {
    const one = await scene('public');
    await call(server, 'POST', `/rooms/${one.room.id}/leave`, one.bo);
    await expectNothing(one, () => one.say(mention(one)));
  });
});

it('pushes an edited message as it is, and of several the newest that is left', async () => {
  const one = await scene('direct');
  const first = await one.say('first');
  const second = await one.say('secnod');
  const third = await one.say('third');
  await remove(one, third);
  const path = `/rooms/${one.room.id}/messages/${second.seq}`;
  await call(server, 'PATCH', path, { token: one.ana.token, body: { text: 'second' } });
  // The first one comes alone where it is found alone.
  let pushed = await one.browser.next();
  if (pushed.seq === first.seq) pushed = await one.browser.next();
  expect(pushed).toMatchObject({ seq: second.seq, text: 'second' });
  const last = await one.say('last');
  expect(await one.browser.next()).toMatchObject({ seq: last.seq });
});

it('cuts long texts between graphemes, so that the whole fits into a push message', async () => {
  const one = await scene('direct');
  const texts = [
    '👩🏽‍🚀'.repeat(570),
    '"\n'.repeat(2000),
    '中'.repeat(4000),
    `Z${'\u0335'.repeat(3999)}`,
  ];
  for (const text of texts) {
    await one.say(text);
    const pushed = await one.browser.nextRaw();
    const shown = one.browser.read(pushed).text;
    expect(pushed.body.length).toBeLessThanOrEqual(4096);
    expect(shown).toMatch(/…$/);
    expect(text.startsWith(shown.slice(0, -1))).toBe(true);
    expect(Buffer.byteLength(shown)).toBeLessThan(3000);
  }
  expect(one.browser.read(one.browser.received[0]!).text).toMatch(/^(👩🏽‍🚀)+…$/u);
});

it('gives one topic to the messages of a room, another to each room and user', async () => {
  const one = await scene('direct');
  const topics: unknown[] = [];
  for (const text of ['one', 'two']) {
    await one.say(text);
    topics.push((await one.browser.nextRaw()).headers['topic']);
  }
  const others = await service.subscribe(server, one.ana);
  await postMessage(server, one.bo.token, one.room.id, 'back');
  const ofAna = (await others.nextRaw()).headers['topic'];
  expect(topics[0]).toBe(topics[1]);
  expect(ofAna).not.toBe(topics[0]);
  expect([ofAna, ...topics]).not.toContain(hash('sha256', one.room.id, 'base64url').slice(0, 32));
});

it('reaches every browser of a user, and no longer one whose session has ended', async () => {
  const one = await scene('direct');
  const phone = await signIn(server, one.bo.user.name);
  const onPhone = await service.subscribe(server, phone);
  const { seq } = await one.say('to both');
  for (const browser of [one.browser, onPhone]) expect(await browser.next()).toMatchObject({ seq });
  await call(server, 'POST', '/auth/logout', one.bo);
  await one.say('to one');
  await onPhone.next();
  expect(one.browser.received).toHaveLength(1);
});

it('brings nothing of the former user of a shared browser', async () => {
  const one = await scene('direct');
  const other = await scene('direct');
  const take = { token: other.bo.token, body: one.browser };
  await call(server, 'PUT', '/push/subscription', take);
  await one.say('for Bo alone');
  const { seq } = await other.say('for the one who took over');
  expect(await one.browser.next()).toMatchObject({ seq, roomId: other.room.id });
});

describe('a restart', () => {
  it('loses no message that waits to be read, and sends none twice', async () => {
    const DATA_DIR = temporaryFolder();
    const first = await startServer({ ...env, DATA_DIR }, undefined, { pushTimes });
    const [ana, bo] = await Promise.all([signUp(first, 'Ana'), signUp(first, 'Bo')]);
    const browser = await service.subscribe(first, bo);
    const { body: room } = await openDirect(first, ana.token, bo.user.id);
    const before = await postMessage(first, ana.token, room.id, 'before');
    expect(await browser.next()).toMatchObject({ seq: before.body.seq });
    const waiting = await postMessage(first, ana.token, room.id, 'waiting');
    await first.stop();
    const second = await startServer({ ...env, DATA_DIR }, undefined, { pushTimes });
    expect(await browser.next()).toMatchObject({ seq: waiting.body.seq });
    const after = await postMessage(second, ana.token, room.id, 'after');
    expect(await browser.next()).toMatchObject({ seq: after.body.seq });
    expect(browser.received).toHaveLength(3);
  });
});

it('waits five seconds where nothing else is said, and stops with the token where the session is not extended', async () => {
  const real = await startServer({ ...env, TOKEN_TTL: '60s' });
  const [ana, bo] = await Promise.all([signUp(real, 'Ana'), signUp(real, 'Bo')]);
  const browser = await service.subscribe(real, bo);
  const { body: room } = await openDirect(real, ana.token, bo.user.id);
  const sentAt = performance.now();
  await postMessage(real, ana.token, room.id, 'in time');
  expect(Number((await browser.nextRaw()).headers['ttl'])).toBeLessThanOrEqual(60);
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(5000);
});
