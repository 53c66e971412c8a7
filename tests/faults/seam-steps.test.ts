import { expect, it } from 'vitest';
import { createRoom, joinRoom, signUp } from '../support/client.ts';
import { assemble } from './support/assembled.ts';
import { History } from './support/history.ts';
import { PATIENCE, print } from './support/scale.ts';
import { tapRoom, tapStream } from './support/taps.ts';
import { Trail } from './support/trail.ts';

/** The stops of a resume at which messages are committed and delivered. */
interface Plan {
  readonly commitAt: number;
  readonly deliverAt: number;
}

/**
 * A server that counts the stops of a resume: before each query and after its result. At one stop messages are
 * committed; at the same or a later one they are delivered to the connections, as if delivery were slow.
 */
async function stoppingServer() {
  let plan: Plan | null = null;
  let stops = 0;
  let held: (() => void)[] = [];
  let commit: () => Promise<unknown> = () => Promise.resolve();
  const deliverHeld = () => {
    const deliveries = held;
    [plan, held] = [null, []];
    for (const deliver of deliveries) deliver();
  };
  const server = await assemble({
    aroundQuery: async () => {
      stops += 1;
      if (plan?.commitAt === stops) await commit();
      if (plan?.deliverAt === stops) deliverHeld();
    },
    onCommit: (_, deliver) => {
      if (plan) held.push(deliver);
      else deliver();
    },
  });
  /** Resumes by this plan; undelivered messages are delivered after the replay. Returns the number of stops. */
  const run = async (
    next: Plan,
    committing: () => Promise<unknown>,
    resume: () => Promise<unknown>,
  ): Promise<number> => {
    [plan, stops, commit] = [next, 0, committing];
    await resume();
    deliverHeld();
    return stops;
  };
  return { server, run };
}

it.each([
  ['websocket', 4],
  ['websocket', 0],
  ['sse', 4],
  ['sse', 0],
] as const)(
  'leaves no gap and no repeat on %s after %i missed messages, at whichever steps of the resume a commit and its delivery fall',
  { timeout: PATIENCE },
  async (transport, missed) => {
    const { server, run } = await stoppingServer();
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const { id: roomId } = await createRoom(server, ana.token, 'seam');
    await joinRoom(server, bo.token, roomId);
    let written = 0;
    const write = async (count: number): Promise<number> => {
      const sends = Array.from({ length: count }, async () =>
        server.store.mutate('sendMessages', {
          roomId,
          userId: ana.user.id,
          text: `text ${(written += 1)}`,
          clientMsgId: `id ${written}`,
          replyTo: undefined,
        }),
      );
      return (await Promise.all(sends)).at(-1)!.seq;
    };
    const history = new History();
    const witness = new Trail('the witness', history);
    await tapStream(server, bo.token, undefined, witness.take).live;

    let plans = 0;
    let stops = 1;
    for (let commitAt = 1; commitAt <= stops; commitAt += 1) {
      for (let deliverAt = commitAt; deliverAt <= stops + 1; deliverAt += 1) {
        const after = await write(3);
        await witness.until(roomId, after);
        const id = witness.lastId;
        if (missed > 0) await write(missed);
        const reader = new Trail(`committed at ${commitAt}, delivered at ${deliverAt}`, history);
        reader.startAt(roomId, after);
        const tap =
          transport === 'websocket'
            ? () => tapRoom(server, bo.token, roomId, { after }, reader.take)
            : () => tapStream(server, bo.token, id, reader.take);
        const opened: ReturnType<typeof tap>[] = [];
        const counted = await run(
          { commitAt, deliverAt },
          async () => write(2),
          async () => {
            opened.push(tap());
            expect(await opened[0]!.live).toBe(true);
          },
        );
        stops = Math.max(stops, counted);
        await reader.until(roomId, await write(1));
        for (const one of opened) one.end();
        expect(history.violations).toEqual([]);
        plans += 1;
      }
    }
    expect(stops).toBeGreaterThan(8);
    expect(plans).toBeGreaterThan(50);
    print(
      `from replay to live on ${transport}, ${missed} missed: ${stops} stops, ${plans} plans, no gap and no repeat`,
    );
  },
);
