import { expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openDirect,
  openSocket,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { assemble, type Assembled } from './support/assembled.ts';

/*
 * A response says what its mutation committed, whatever happens before the response leaves, and even if
 * nothing can be read any more.
 */

/** A room of Ana's with one message of Bo's. */
interface Scene {
  readonly server: Assembled;
  readonly ana: Account;
  readonly bo: Account;
  readonly room: Room;
  readonly message: Message;
  readonly banBo: () => Promise<unknown>;
}

interface Case {
  readonly request: (scene: Scene) => {
    method: string;
    path: string;
    token: string;
    body?: object;
  };
  /** Runs before the request. */
  readonly first?: (scene: Scene) => Promise<unknown>;
  /** Runs between the commit and the response. */
  readonly meanwhile?: (scene: Scene) => Promise<unknown>;
  /** The expected response. */
  readonly status: number;
  readonly body: (scene: Scene) => object;
}

const messagesOf = ({ room }: Scene) => `/rooms/${room.id}/messages`;
const pathOfMessage = (scene: Scene) => `${messagesOf(scene)}/${scene.message.seq}`;
const edit = (scene: Scene) =>
  call(scene.server, 'PATCH', pathOfMessage(scene), { token: scene.bo.token, body: { text: 'b' } });
const remove = ({ server, room, bo, message }: Scene) =>
  server.store.mutate('deleteMessage', { roomId: room.id, userId: bo.user.id, seq: message.seq });
const author = ({ bo: { user } }: Scene) => ({ id: user.id, name: user.name, color: user.color });

const send: Case['request'] = (scene) => ({
  method: 'POST',
  path: messagesOf(scene),
  token: scene.bo.token,
  body: { text: 'new', replyTo: scene.message.seq },
});
const repeat: Case['request'] = (scene) => ({
  ...send(scene),
  body: { text: 'a', clientMsgId: 'a' },
});

const cases: Record<string, Case> = {
  'a message whose sender is banned meanwhile': {
    request: send,
    meanwhile: ({ banBo }) => banBo(),
    status: 201,
    body: (scene) => ({
      roomId: scene.room.id,
      seq: scene.message.seq + 1,
      author: author(scene),
      text: 'new',
      replyTo: scene.message.seq,
      mentions: [],
      reactions: [],
      clientMsgId: null,
      createdAt: expect.any(String),
      editedAt: null,
      deletedAt: null,
    }),
  },
  'a message that is edited meanwhile': {
    request: send,
    meanwhile: ({ server, room, bo, message }) => {
      const input = { roomId: room.id, userId: bo.user.id, seq: message.seq + 1, text: 'other' };
      return server.store.mutate('editMessage', input);
    },
    status: 201,
    body: () => ({ text: 'new', editedAt: null }),
  },
  'a repeat whose sender is banned meanwhile': {
    request: repeat,
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ message }) => message,
  },
  'a repeat of an edited message': {
    request: repeat,
    first: edit,
    status: 200,
    body: ({ message }) => ({ ...message, text: 'b', editedAt: expect.any(String) }),
  },
  'a repeat of a deleted message': {
    request: repeat,
    first: remove,
    status: 200,
    body: ({ message }) => ({ ...message, text: '', deletedAt: expect.any(String) }),
  },
  'an edit of a message that is deleted meanwhile': {
    request: (scene) => ({
      method: 'PATCH',
      path: pathOfMessage(scene),
      token: scene.bo.token,
      body: { text: 'b' },
    }),
    meanwhile: remove,
    status: 200,
    body: ({ message }) => ({ ...message, text: 'b', editedAt: expect.any(String) }),
  },
  'an edit that changes nothing': {
    request: (scene) => ({
      method: 'PATCH',
      path: pathOfMessage(scene),
      token: scene.bo.token,
      body: { text: 'a' },
    }),
    meanwhile: remove,
    status: 200,
    body: ({ message }) => message,
  },
  'a new room that is deleted meanwhile': {
    request: ({ ana }) => ({
      method: 'POST',
      path: '/rooms',
      token: ana.token,
      body: { name: 'new', topic: 'it', visibility: 'private' },
    }),
    meanwhile: async ({ server, ana }) => {
      const { id } = await server.store.db
        .selectFrom('rooms')
        .select('id')
        .where('name', '=', 'new')
        .executeTakeFirstOrThrow();
      await server.store.mutate('deleteRoom', { roomId: id, actorId: ana.user.id });
    },
    status: 201,
    body: ({ ana }) => ({
      id: expect.any(String),
      kind: 'private',
      name: 'new',
      topic: 'it',
      slowModeSeconds: 0,
      createdAt: expect.any(String),
      createdBy: ana.user.id,
      memberCount: 1,
      onlineCount: 0,
      lastSeq: 2,
      lastActivityAt: expect.any(String),
      role: 'owner',
      lastReadSeq: 2,
      unreadCount: 0,
      mentionCount: 0,
      notify: 'mentions',
    }),
  },
  'a direct room': {
    request: ({ ana, bo }) => ({
      method: 'POST',
      path: '/direct',
      token: ana.token,
      body: { userId: bo.user.id },
    }),
    status: 201,
    body: ({ bo: { user } }) => ({
      kind: 'direct',
      name: user.name,
      role: 'member',
      memberCount: 2,
      lastReadSeq: 2,
    }),
  },
  'a direct room that exists already': {
    request: ({ ana, bo }) => ({
      method: 'POST',
      path: '/direct',
      token: bo.token,
      body: { userId: ana.user.id },
    }),
    first: ({ server, ana, bo }) => openDirect(server, ana.token, bo.user.id),
    status: 200,
    body: ({ ana: { user } }) => ({
      kind: 'direct',
      name: user.name,
      role: 'member',
      memberCount: 2,
    }),
  },
  'a room update by a moderator who is banned meanwhile': {
    request: ({ room, bo }) => ({
      method: 'PATCH',
      path: `/rooms/${room.id}`,
      token: bo.token,
      body: { topic: 'Bo’s' },
    }),
    first: ({ server, ana, bo, room }) =>
      server.store.mutate('putMember', {
        roomId: room.id,
        actorId: ana.user.id,
        userId: bo.user.id,
        role: 'moderator',
      }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ room }) => ({ id: room.id, topic: 'Bo’s', role: 'moderator', memberCount: 2 }),
  },
  'a join of a user who is banned meanwhile': {
    request: ({ room, bo }) => ({
      method: 'POST',
      path: `/rooms/${room.id}/join`,
      token: bo.token,
    }),
    first: ({ server, bo, room }) =>
      server.store.mutate('leaveRoom', { roomId: room.id, actorId: bo.user.id }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ room }) => ({ id: room.id, role: 'member', memberCount: 2, unreadCount: 0 }),
  },
  'a member who is removed meanwhile': {
    request: ({ room, ana, bo }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/users/${bo.user.id}`,
      token: ana.token,
      body: { role: 'moderator' },
    }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ bo: { user } }) => ({
      id: user.id,
      name: user.name,
      color: user.color,
      createdAt: user.createdAt,
      isAdmin: false,
      isBot: false,
      role: 'moderator',
      online: false,
    }),
  },
  'a member who is banned meanwhile, without a new role': {
    request: ({ room, ana, bo }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/users/${bo.user.id}`,
      token: ana.token,
      body: {},
    }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ bo }) => ({ id: bo.user.id, role: 'member', online: false }),
  },
  'a read marker of a user who is banned meanwhile': {
    request: ({ room, bo, message }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/read`,
      token: bo.token,
      body: { seq: message.seq + 1 },
    }),
    first: async ({ server, ana, room }) => {
      for (const text of ['1', '2', '3']) {
        const more = { clientMsgId: undefined, replyTo: undefined };
        const input = { roomId: room.id, userId: ana.user.id, text, ...more };
        await server.store.mutate('sendMessages', input);
      }
    },
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ message }) => ({ lastReadSeq: message.seq + 1, unreadCount: 2 }),
  },
  'a read marker past the head': {
    request: ({ room, bo }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/read`,
      token: bo.token,
      body: { seq: 999 },
    }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ message }) => ({ lastReadSeq: message.seq, unreadCount: 0 }),
  },
  'a new token of a session that ends meanwhile': {
    request: ({ bo }) => ({ method: 'POST', path: '/auth/refresh', token: bo.token }),
    meanwhile: async ({ server, bo }) => {
      const { id } = await server.store.db
        .selectFrom('sessions')
        .select('id')
        .where('user_id', '=', bo.user.id)
        .executeTakeFirstOrThrow();
      await server.store.mutate('endSession', { userId: bo.user.id, sessionId: id });
    },
    status: 200,
    body: ({ bo }) => ({ token: expect.any(String), user: bo.user }),
  },
  'a new name': {
    request: ({ bo }) => ({
      method: 'PATCH',
      path: '/users/me',
      token: bo.token,
      body: { name: 'Bob' },
    }),
    status: 200,
    body: ({ bo }) => ({ ...bo.user, name: 'Bob' }),
  },
};

/**
 * Starts one server, and returns a function that makes a scene of new people on it. `next` of a scene sets a function
 * that runs after the next mutation; from then on every query fails, up to the next scene.
 */
async function startScenes() {
  let between: (() => Promise<unknown>) | null = null;
  let isBroken = false;
  let scenes = 0;
  const server = await assemble({
    aroundQuery: async () => {
      if (isBroken) throw new Error('the reader is gone');
    },
    afterMutation: async () => {
      if (!between) return;
      const run = between;
      between = null;
      await run();
      isBroken = true;
    },
  });
  return async (): Promise<Scene & { next(between: () => Promise<unknown>): void }> => {
    isBroken = false;
    scenes += 1;
    const [ana, bo] = [await signUp(server, `Ana ${scenes}`), await signUp(server, `Bo ${scenes}`)];
    const room = await createRoom(server, ana.token, `Room ${scenes}`);
    const sent = { text: 'a', clientMsgId: 'a' };
    const { body: message } = await postMessage(server, bo.token, room.id, sent);
    return {
      server,
      ana,
      bo,
      room,
      message,
      banBo: () =>
        server.store.mutate('removeMember', {
          roomId: room.id,
          actorId: ana.user.id,
          userId: bo.user.id,
          ban: true,
        }),
      next: (run) => (between = run),
    };
  };
}

it('returns what a write committed, whatever happens to it meanwhile', async () => {
  const createScene = await startScenes();
  for (const [name, { request, first, meanwhile, status, body }] of Object.entries(cases)) {
    const scene = await createScene();
    await first?.(scene);
    scene.next(async () => meanwhile?.(scene));
    const { method, path, ...options } = request(scene);
    const answer = await call<object>(scene.server, method, path, options);
    const expected = [status, expect.objectContaining(body(scene))];
    expect([answer.status, answer.body], name).toEqual(expected);
    // The response came from the mutation: no query works any more.
    expect((await call(scene.server, 'GET', '/users/me', scene.ana)).status, name).toBe(500);
  }
});

it('opens a socket whose user is banned after its join, and then closes it', async () => {
  let banCy = async () => {};
  const server = await assemble({
    afterMutation: async (name) => {
      if (name === 'joinRoom') await banCy();
    },
  });
  const [ana, cy] = [await signUp(server, 'Ana'), await signUp(server, 'Cy')];
  const room = await createRoom(server, ana.token, 'Room');
  const input = { roomId: room.id, actorId: ana.user.id, userId: cy.user.id, ban: true };
  banCy = async () => void (await server.store.mutate('removeMember', input));
  const socket = await openSocket(server, cy.token, room.id);
  expect(await socket.closed).toEqual({ code: 4003, reason: 'removed' });
});

it('returns no message for a send of a socket, only its seq', async () => {
  const server = await assemble({});
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Room');
  const bareSend = { roomId: room.id, userId: ana.user.id, text: 'a' };
  const more = { clientMsgId: undefined, replyTo: undefined };
  const sends = [
    { ...bareSend, ...more },
    { ...bareSend, ...more, wantsMessage: true },
  ];
  const [bare, whole] = await Promise.all(
    sends.map((input) => server.store.mutate('sendMessages', input)),
  );
  expect(bare).toEqual({ seq: 3, duplicate: false });
  expect(whole).toEqual({ seq: 4, duplicate: false, message: expect.objectContaining({ seq: 4 }) });
});
