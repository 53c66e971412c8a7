import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startServer } from '../support/server.ts';
import { times } from '../support/times.ts';
import type { Model } from './support/model.ts';
import { chooseSeed, PATIENCE, print, scaled } from './support/scale.ts';
import { World } from './support/world.ts';

const RUNS = scaled(25, 500);
const LENGTH = scaled(20, 60);
const USERS = 3;
const ROOMS = 2;

const user = fc.nat(USERS - 1);
const room = fc.nat(ROOMS - 1);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
/** Selects one of the messages so far; the newest is 0. */
const which = fc.nat(9);

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

const messageOf = (model: Model, in_: number, back: number) =>
  [...model.messages[in_]!].at(-1 - (back % Math.max(1, model.messages[in_]!.size)));
const hasMessages = (model: Model, { room: in_ }: { room: number }) =>
  model.messages[in_]!.size > 0;

let ids = 0;
const newId = () => `id ${(ids += 1)}`;

const steps: fc.Arbitrary<Step>[] = [
  step(
    'send',
    fc.record({ user, room, text }),
    async (world, { user: by, room: in_, text: says }) => {
      const clientMsgId = newId();
      const { seq } = await world.run(by, in_, { type: 'send', text: says, clientMsgId });
      expect(seq).toBe(world.model.send(in_, by, clientMsgId, says));
    },
  ),
  step(
    'send at once',
    fc.record({ room, texts: fc.array(fc.tuple(user, text), { minLength: 2, maxLength: 8 }) }),
    async (world, { room: in_, texts }) => {
      for (const [by] of texts) await world.join(by, in_);
      const sends = texts.map(([by, says]) => ({ by, says, clientMsgId: newId() }));
      const sent = await Promise.all(
        sends.map(async (send) => {
          const { by, says, clientMsgId } = send;
          const { seq } = await world.run(by, in_, { type: 'send', text: says, clientMsgId });
          return { ...send, seq: seq! };
        }),
      );
      // The server chooses the order, but it must be one order.
      for (const { by, says, clientMsgId, seq } of sent.toSorted((a, b) => a.seq - b.seq)) {
        expect(seq).toBe(world.model.send(in_, by, clientMsgId, says));
      }
    },
  ),
  step(
    'repeat',
    fc.record({ room, which, differs: fc.boolean(), count: fc.integer({ min: 1, max: 4 }) }),
    async (world, { room: in_, which: back, differs, count }) => {
      const [seq, { author, clientMsgId, sentAs }] = messageOf(world.model, in_, back)!;
      const newText = differs ? `not ${sentAs}` : sentAs;
      const command = { type: 'send', text: newText, clientMsgId };
      const outcomes = await times(count, async (i) =>
        i % 2 === 0 ? world.run(author, in_, command) : world.overHttp(author, in_, command),
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
    fc.record({ user, room, which, text }),
    async (world, { user: by, room: in_, which: back, text: says }) => {
      const [seq, message] = messageOf(world.model, in_, back)!;
      const { code } = await world.run(by, in_, { type: 'edit', seq, text: says });
      if (message.author !== by) return expect(code).toBe('forbidden');
      if (message.deleted) return expect(code).toBe('message_not_found');
      expect(code).toBeNull();
      if (message.text === says) return;
      [message.text, message.edited] = [says, true];
      world.model.add(in_, { type: 'message.edited', target: seq });
    },
    hasMessages,
  ),
  step(
    'delete',
    fc.record({ user, room, which }),
    async (world, { user: by, room: in_, which: back }) => {
      const [seq, message] = messageOf(world.model, in_, back)!;
      const { code } = await world.run(by, in_, { type: 'delete', seq });
      // The first user owns all rooms, and owners may delete every message.
      if (message.author !== by && by !== 0) return expect(code).toBe('forbidden');
      expect(code).toBeNull();
      if (message.deleted) return;
      [message.text, message.deleted] = ['', true];
      world.model.add(in_, { type: 'message.deleted', target: seq });
    },
    hasMessages,
  ),
  step('join', fc.record({ user, room }), async (world, { user: who, room: in_ }) =>
    world.join(who, in_),
  ),
  step('leave', fc.record({ user, room }), async (world, { user: who, room: in_ }) => {
    // The first user is the last owner of all rooms.
    expect(await world.leave(who, in_)).toBe(who === 0 ? 409 : 204);
  }),
  step('connect', fc.record({ user, room }), async (world, { user: who, room: in_ }) => {
    if (world.isConnected(who, in_)) await world.disconnect(who, in_);
    else await world.connect(who, in_);
  }),
  step('stream', fc.record({ user }), async (world, { user: who }) => {
    if (world.hasStream(who)) await world.closeStream(who);
    else await world.openStream(who);
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
