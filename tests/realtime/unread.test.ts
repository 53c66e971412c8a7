import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
const NAMES = ['Ana', 'Bo', 'Carla Maria'];
let people: Account[];
beforeAll(async () => {
  people = [];
  for (const name of NAMES) people.push(await signUp(server, name));
});

const request = async <T = Frame>(by: number, method: string, path: string, body?: object) =>
  call<T>(server, method, path, { token: people[by]!.token, body });

/** The simplest model of a room, which recounts everything each time. */
class Model {
  head = 2;
  readonly messages: { seq: number; author: number; mentions: number[]; deleted: boolean }[] = [];
  /** The read marker of each member. */
  readonly read = new Map<number, number>([[0, 2]]);

  unread(user: number) {
    const read = this.read.get(user);
    if (read === undefined) return { lastReadSeq: 0, unreadCount: 0, mentionCount: 0 };
    const unread = this.messages.filter(
      ({ seq, author, deleted }) => seq > read && author !== user && !deleted,
    );
    const mentions = unread.filter((message) => message.mentions.includes(user));
    return { lastReadSeq: read, unreadCount: unread.length, mentionCount: mentions.length };
  }

  join(user: number): void {
    if (!this.read.has(user)) this.read.set(user, (this.head += 1));
  }
}

const user = fc.nat({ max: NAMES.length - 1 });
const which = fc.nat({ max: 40 });
const mentions = fc.uniqueArray(user, { maxLength: NAMES.length });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('send' as const), user, mentions }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('edit' as const), which, mentions }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('delete' as const), which, byOwner: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('read' as const),
      user,
      back: fc.integer({ min: -3, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('leave' as const), user: fc.constantFrom(1, 2) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('join' as const), user }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const textOf = (mentioned: readonly number[], nonce: number) =>
  `${nonce} ${mentioned.map((id) => `@${NAMES[id]!}`).join(', ')}`;

let nonce = 0;
async function perform(model: Model, room: Room, one: Step): Promise<void> {
  const path = `/rooms/${room.id}`;
  nonce += 1;
  const at = 'which' in one ? model.messages[one.which % Math.max(1, model.messages.length)] : null;
  switch (one.does) {
    case 'send': {
      model.join(one.user);
      const text = textOf(one.mentions, nonce);
      const { body } = await request(one.user, 'POST', `${path}/messages`, { text });
      model.head += 1;
      expect(body['seq']).toBe(model.head);
      expect(body['mentions']).toEqual(one.mentions.map((id) => people[id]!.user.id));
      const { seq } = body as { seq: number };
      model.messages.push({ seq, author: one.user, mentions: one.mentions, deleted: false });
      return;
    }
    case 'edit': {
      if (!at || at.deleted) return;
      const text = textOf(one.mentions, nonce);
      await request(at.author, 'PATCH', `${path}/messages/${at.seq}`, { text });
      at.mentions = one.mentions;
      model.head += 1;
      return;
    }
    case 'delete': {
      if (!at) return;
      await request(one.byOwner ? 0 : at.author, 'DELETE', `${path}/messages/${at.seq}`);
      if (!at.deleted) model.head += 1;
      at.deleted = true;
      return;
    }
    case 'read': {
      const seq = Math.max(0, model.head - one.back);
      const response = await request(one.user, 'PUT', `${path}/read`, { seq });
      const before = model.read.get(one.user);
      if (before === undefined) return expect(response.body['code']).toBe('forbidden');
      model.read.set(one.user, Math.max(before, Math.min(seq, model.head)));
      const { mentionCount: _, ...marker } = model.unread(one.user);
      expect(response.body).toEqual(marker);
      return;
    }
    case 'leave':
      await request(one.user, 'POST', `${path}/leave`);
      if (model.read.delete(one.user)) model.head += 1;
      return;
    case 'join':
      await request(one.user, 'POST', `${path}/join`);
      model.join(one.user);
  }
}

it('counts unread messages and mentions as a recount does', async () => {
  let rooms = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const room = await createRoom(server, people[0]!.token, `Model ${(rooms += 1)}`);
      const model = new Model();
      for (const one of steps) await perform(model, room, one);
      for (const id of people.keys()) {
        const { body } = await request<Room>(id, 'GET', `/rooms/${room.id}`);
        expect([id, body]).toMatchObject([id, model.unread(id)]);
        const list = await request<{ rooms: Room[] }>(id, 'GET', `/rooms?query=${room.name}`);
        expect(list.body.rooms.find((one) => one.id === room.id)).toEqual(body);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

describe('a read marker', () => {
  it('is sent to its user’s other sockets in the room and streams, and to nobody else', async () => {
    const room = await createRoom(server, people[0]!.token, 'Markers');
    const [first, second, other] = await Promise.all([
      openSocket(server, people[1]!.token, room.id),
      openSocket(server, people[1]!.token, room.id),
      openSocket(server, people[2]!.token, room.id),
    ]);
    const stream = openStream(server, people[1]!.token);
    await stream.next('live');
    const sent = await request(0, 'POST', `/rooms/${room.id}/messages`, { text: 'new' });
    const seq = sent.body['seq'] as number;
    const marker = { lastReadSeq: seq, unreadCount: 0 };
    expect(await first.ask({ type: 'read', seq })).toMatchObject({ type: 'ack', ...marker });
    const event = { type: 'read', roomId: room.id, ...marker };
    expect(await second.next('read')).toEqual(event);
    expect(await stream.next('read')).toMatchObject(event);
    // It does not move back, and causes no event unless it moves.
    const back = await first.ask({ type: 'read', seq: 1 });
    expect(back).toMatchObject({ type: 'ack', ...marker });
    const far = await request(1, 'PUT', `/rooms/${room.id}/read`, { seq: 999_999 });
    expect(far.body).toEqual(marker);
    for (const socket of [first, second, other]) await socket.ask({ type: 'ping' });
    const reads = [first, second, other].map(
      ({ frames }) => frames.filter(({ type }) => type === 'read').length,
    );
    expect(reads).toEqual([0, 1, 0]);
  });
});
