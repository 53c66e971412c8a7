import { describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { call, createRoom, openSocket, signUp, type Account } from '../support/client.ts';
import { assemble, type Assembled } from './support/assembled.ts';

/*
 * What was answered is what happened: whoever writes is answered with what was committed, whatever happens
 * before the answer leaves, and although nothing can be read any more.
 */

/** A room of Ana's, in which Bo has said something. */
interface Scene {
  readonly server: Assembled;
  readonly ana: Account;
  readonly bo: Account;
  readonly room: Room;
  readonly said: Message;
  /** Bo is thrown out, as if at the same moment. */
  readonly banBo: () => Promise<unknown>;
}

interface Case {
  /** What is asked for. */
  readonly ask: (scene: Scene) => { method: string; path: string; token: string; body?: object };
  /** What is done before. */
  readonly first?: (scene: Scene) => Promise<unknown>;
  /** What happens between the commit and the answer. */
  readonly meanwhile?: (scene: Scene) => Promise<unknown>;
  readonly status: number;
  readonly body: (scene: Scene) => object;
}

const messagesOf = ({ room }: Scene) => `/rooms/${room.id}/messages`;
const pathOfSaid = (scene: Scene) => `${messagesOf(scene)}/${scene.said.seq}`;
const edit = (scene: Scene) =>
  call(scene.server, 'PATCH', pathOfSaid(scene), { token: scene.bo.token, body: { text: 'b' } });
const remove = ({ server, room, bo, said }: Scene) =>
  server.store.mutate('deleteMessage', { roomId: room.id, userId: bo.user.id, seq: said.seq });
const author = ({ bo: { user } }: Scene) => ({ id: user.id, name: user.name, color: user.color });

const send: Case['ask'] = (scene) => ({
  method: 'POST',
  path: messagesOf(scene),
  token: scene.bo.token,
  body: { text: 'new', replyTo: scene.said.seq },
});
const repeat: Case['ask'] = (scene) => ({ ...send(scene), body: { text: 'a', clientMsgId: 'a' } });

const cases: Record<string, Case> = {
  'a message whose sender is banned meanwhile': {
    ask: send,
    meanwhile: ({ banBo }) => banBo(),
    status: 201,
    body: (scene) => ({
      roomId: scene.room.id,
      seq: scene.said.seq + 1,
      author: author(scene),
      text: 'new',
      replyTo: scene.said.seq,
      mentions: [],
      reactions: [],
      clientMsgId: null,
      createdAt: expect.any(String),
      editedAt: null,
      deletedAt: null,
    }),
  },
  'a message that is edited meanwhile': {
    ask: send,
    meanwhile: ({ server, room, bo, said }) => {
      const input = { roomId: room.id, userId: bo.user.id, seq: said.seq + 1, text: 'other' };
      return server.store.mutate('editMessage', input);
    },
    status: 201,
    body: () => ({ text: 'new', editedAt: null }),
  },
  'a repeat whose sender is banned meanwhile': {
    ask: repeat,
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ said }) => said,
  },
  'a repeat of what was edited, as it is now': {
    ask: repeat,
    first: edit,
    status: 200,
    body: ({ said }) => ({ ...said, text: 'b', editedAt: expect.any(String) }),
  },
  'a repeat of what was deleted, as it is now': {
    ask: repeat,
    first: remove,
    status: 200,
    body: ({ said }) => ({ ...said, text: '', deletedAt: expect.any(String) }),
  },
  'an edit of what is deleted meanwhile': {
    ask: (scene) => ({
      method: 'PATCH',
      path: pathOfSaid(scene),
      token: scene.bo.token,
      body: { text: 'b' },
    }),
    meanwhile: remove,
    status: 200,
    body: ({ said }) => ({ ...said, text: 'b', editedAt: expect.any(String) }),
  },
  'an edit that changes nothing': {
    ask: (scene) => ({
      method: 'PATCH',
      path: pathOfSaid(scene),
      token: scene.bo.token,
      body: { text: 'a' },
    }),
    meanwhile: remove,
    status: 200,
    body: ({ said }) => said,
  },
  'a new room that is deleted meanwhile': {
    ask: ({ ana }) => ({
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
    }),
  },
  'a direct room': {
    ask: ({ ana, bo }) => ({
      method: 'POST',
      path: '/direct',
      token: ana.token,
      body: { userId: bo.user.id },
    }),
    status: 201,
    body: () => ({ kind: 'direct', name: 'Bo', role: 'member', memberCount: 2, lastReadSeq: 2 }),
  },
  'a direct room that there is already': {
    ask: ({ ana, bo }) => ({
      method: 'POST',
      path: '/direct',
      token: bo.token,
      body: { userId: ana.user.id },
    }),
    first: ({ server, ana, bo }) =>
      call(server, 'POST', '/direct', { token: ana.token, body: { userId: bo.user.id } }),
    status: 200,
    body: () => ({ kind: 'direct', name: 'Ana', role: 'member', memberCount: 2 }),
  },
  'a change of a room by somebody who is banned meanwhile': {
    ask: ({ room, bo }) => ({
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
  'the joining of somebody who is banned meanwhile': {
    ask: ({ room, bo }) => ({
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
    ask: ({ room, ana, bo }) => ({
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
      role: 'moderator',
      online: false,
    }),
  },
  'a member who is what they were': {
    ask: ({ room, ana, bo }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/users/${bo.user.id}`,
      token: ana.token,
      body: {},
    }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ bo }) => ({ id: bo.user.id, role: 'member', online: false }),
  },
  'a marker of somebody who is banned meanwhile': {
    ask: ({ room, bo, said }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/read`,
      token: bo.token,
      body: { seq: said.seq + 1 },
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
    body: ({ said }) => ({ lastReadSeq: said.seq + 1, unreadCount: 2 }),
  },
  'a marker past the head': {
    ask: ({ room, bo }) => ({
      method: 'PUT',
      path: `/rooms/${room.id}/read`,
      token: bo.token,
      body: { seq: 999 },
    }),
    meanwhile: ({ banBo }) => banBo(),
    status: 200,
    body: ({ said }) => ({ lastReadSeq: said.seq, unreadCount: 0 }),
  },
  'a token of a session that ends meanwhile': {
    ask: ({ bo }) => ({ method: 'POST', path: '/auth/refresh', token: bo.token }),
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
    ask: ({ bo }) => ({
      method: 'PATCH',
      path: '/users/me',
      token: bo.token,
      body: { name: 'Bob' },
    }),
    status: 200,
    body: ({ bo }) => ({ ...bo.user, name: 'Bob' }),
  },
};

/** `between` is called when the next act has been performed; from then on nothing can be read. */
async function setTheScene(): Promise<Scene & { next(between: () => Promise<unknown>): void }> {
  let between: (() => Promise<unknown>) | null = null;
  let isBroken = false;
  const server = await assemble({
    aroundQuery: async () => {
      if (isBroken) throw new Error('the reader is gone');
    },
    afterWrite: async () => {
      if (!between) return;
      const now = between;
      between = null;
      await now();
      isBroken = true;
    },
  });
  const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
  const room = await createRoom(server, ana.token, 'Room');
  const { body: said } = await call<Message>(server, 'POST', `/rooms/${room.id}/messages`, {
    token: bo.token,
    body: { text: 'a', clientMsgId: 'a' },
  });
  return {
    server,
    ana,
    bo,
    room,
    said,
    banBo: () =>
      server.store.mutate('removeMember', {
        roomId: room.id,
        actorId: ana.user.id,
        userId: bo.user.id,
        ban: true,
      }),
    next: (act) => (between = act),
  };
}

describe('what was written is answered as it was written: ', () => {
  it.each(Object.entries(cases))('%s', async (_, { ask, first, meanwhile, status, body }) => {
    const scene = await setTheScene();
    await first?.(scene);
    scene.next(async () => meanwhile?.(scene));
    const { method, path, ...options } = ask(scene);
    const answer = await call<object>(scene.server, method, path, options);
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining(body(scene))]);
    // And it was the act's own answer: there is no other.
    expect((await call(scene.server, 'GET', '/users/me', scene.ana)).status).toBe(500);
  });
});

it('a socket that has joined is opened, and then closed for what happened meanwhile', async () => {
  let banCy = async () => {};
  const server = await assemble({
    afterWrite: async (act) => {
      if (act === 'joinRoom') await banCy();
    },
  });
  const [ana, cy] = [await signUp(server, 'Ana'), await signUp(server, 'Cy')];
  const room = await createRoom(server, ana.token, 'Room');
  const input = { roomId: room.id, actorId: ana.user.id, userId: cy.user.id, ban: true };
  banCy = async () => void (await server.store.mutate('removeMember', input));
  const socket = await openSocket(server, cy.token, room.id);
  expect(await socket.closed).toEqual({ code: 4003, reason: 'removed' });
});

it('a send of a socket is answered with no more than its seq', async () => {
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
