import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isVisible } from '../../public/shared/visible.js';
import { startServer } from '../support/server.ts';
import { times } from '../support/times.ts';
import type { Model } from './support/model.ts';
import { chooseSeed, PATIENCE, print, scaled } from './support/scale.ts';
import { World } from './support/world.ts';

const RUNS = scaled(8, 500);
const LENGTH = scaled(20, 60);
const USERS = 3;
const ROOMS = 2;

const anyUser = fc.nat(USERS - 1);
const anyRoom = fc.nat(ROOMS - 1);
/** The server refuses a text in which nothing is visible. */
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isVisible);
/** Selects one of the messages so far, counted back from the newest. */
const anyMessage = fc.nat(9);

/* The model is part of the world, so fast-check and the steps read the same one. */
type Step = fc.AsyncCommand<{ model: Model }, World>;

/** A step that is possible at any time, unless `check` returns false. */
function step<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (world: World, input: T) => Promise<void>,
  check: (model: Model, input: T) => boolean = () => true,
): fc.Arbitrary<Step> {
  return arbitrary.map((input) => ({
    check: ({ model }) => check(model, input),
    run: async (_, world) => {
      await run(world, input);
      await world.settle();
    },
    toString: () => `${name} ${JSON.stringify(input)}`,
  }));
}

const messageOf = (model: Model, room: number, back: number) =>
  [...model.messages[room]!].at(-1 - (back % Math.max(1, model.messages[room]!.size)));
const hasMessages = (model: Model, { room }: { room: number }) => model.messages[room]!.size > 0;

let ids = 0;
const newId = () => `id ${(ids += 1)}`;

const steps: fc.Arbitrary<Step>[] = [
  step(
    'send',
    fc.record({ user: anyUser, room: anyRoom, text: anyText }),
    async (world, { user, room, text }) => {
      const clientMsgId = newId();
      const { seq } = await world.run(user, room, { type: 'send', text, clientMsgId });
      expect(seq).toBe(world.model.send(room, user, clientMsgId, text));
    },
  ),
  step(
    'send at once',
    fc.record({
      room: anyRoom,
      texts: fc.array(fc.tuple(anyUser, anyText), { minLength: 2, maxLength: 8 }),
    }),
    async (world, { room, texts }) => {
      for (const [user] of texts) await world.join(user, room);
      const sends = texts.map(([user, text]) => ({ user, text, clientMsgId: newId() }));
      const sent = await Promise.all(
        sends.map(async (send) => {
          const { user, text, clientMsgId } = send;
          const { seq } = await world.run(user, room, { type: 'send', text, clientMsgId });
          return { ...send, seq: seq! };
        }),
      );
      // The server chooses the order, but it must be one order.
      for (const { user, text, clientMsgId, seq } of sent.toSorted((a, b) => a.seq - b.seq)) {
        expect(seq).toBe(world.model.send(room, user, clientMsgId, text));
      }
    },
  ),
  step(
    'repeat',
    fc.record({
      room: anyRoom,
      back: anyMessage,
      differs: fc.boolean(),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    async (world, { room, back, differs, count }) => {
      const [seq, { author, clientMsgId, sentAs }] = messageOf(world.model, room, back)!;
      const newText = differs ? `not ${sentAs}` : sentAs;
      const command = { type: 'send', text: newText, clientMsgId };
      const outcomes = await times(count, async (i) =>
        i % 2 === 0 ? world.run(author, room, command) : world.overHttp(author, room, command),
      );
      const expected = differs
        ? { seq: null, code: 'idempotency_mismatch', duplicate: false }
        : { seq, code: null, duplicate: true };
      expect(outcomes).toEqual(outcomes.map(() => expected));
    },
    hasMessages,
  ),
  step(
    'edit',
    fc.record({ user: anyUser, room: anyRoom, back: anyMessage, text: anyText }),
    async (world, { user, room, back, text }) => {
      const [seq, message] = messageOf(world.model, room, back)!;
      const { code } = await world.run(user, room, { type: 'edit', seq, text });
      if (message.author !== user) return expect(code).toBe('forbidden');
      if (message.deleted) return expect(code).toBe('message_not_found');
      expect(code).toBeNull();
      if (message.text === text) return;
      [message.text, message.edited] = [text, true];
      world.model.add(room, { type: 'message.edited', target: seq });
    },
    hasMessages,
  ),
  step(
    'delete',
    fc.record({ user: anyUser, room: anyRoom, back: anyMessage }),
    async (world, { user, room, back }) => {
      const [seq, message] = messageOf(world.model, room, back)!;
      const { code } = await world.run(user, room, { type: 'delete', seq });
      // The first user owns all rooms, and owners may delete every message.
      if (message.author !== user && user !== 0) return expect(code).toBe('forbidden');
      expect(code).toBeNull();
      if (message.deleted) return;
      [message.text, message.deleted] = ['', true];
      world.model.add(room, { type: 'message.deleted', target: seq });
    },
    hasMessages,
  ),
  step('join', fc.record({ user: anyUser, room: anyRoom }), async (world, { user, room }) =>
    world.join(user, room),
  ),
  step('leave', fc.record({ user: anyUser, room: anyRoom }), async (world, { user, room }) => {
    // The first user is the last owner of all rooms.
    expect(await world.leave(user, room)).toBe(user === 0 ? 409 : 204);
  }),
  step('connect', fc.record({ user: anyUser, room: anyRoom }), async (world, { user, room }) => {
    if (world.isConnected(user, room)) await world.disconnect(user, room);
    else await world.connect(user, room);
  }),
  step('stream', fc.record({ user: anyUser }), async (world, { user }) => {
    if (world.hasStream(user)) await world.closeStream(user);
    else await world.openStream(user);
  }),
  step('restart', fc.constant({}), async (world) => world.restart()),
  step('read everything', fc.constant({}), async (world) => world.checkHistory()),
];

/** The steps but for the two slowest: a restart takes as long as a hundred other steps. */
const common = steps.slice(0, -2);

it(
  `behaves like a simple model in ${RUNS} runs of random sends, repeats, edits, deletions, joins, leaves, resumes and restarts`,
  { timeout: PATIENCE },
  async () => {
    let server = await startServer();
    let worlds = 0;
    let events = 0;
    const path = process.env['CHARLA_PATH'];
    await fc.assert(
      fc.asyncProperty(
        fc.commands([...steps, ...common, ...common, ...common], {
          maxCommands: LENGTH,
          size: 'max',
        }),
        async (commands) => {
          const world = await World.make(server, `world ${(worlds += 1)}`, USERS, ROOMS);
          try {
            await fc.asyncModelRun(() => ({ model: world, real: world }), commands);
            await world.settle();
            await world.checkHistory();
          } finally {
            await world.end();
            server = world.server;
            events += world.model.log.length;
          }
        },
      ),
      { seed: chooseSeed(), numRuns: RUNS, ...(path && { path, endOnFailure: true }) },
    );
    print(`the model: ${worlds} runs, ${events} events, no difference`);
  },
);
