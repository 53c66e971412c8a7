import { expect, it } from 'vitest';
import { call, createRoom, signUp } from '../support/client.ts';
import { assemble } from './support/assembled.ts';
import { PATIENCE, print } from './support/scale.ts';
import { tapRoom, tapStream } from './support/taps.ts';
import { Ledger, Trail } from './support/trail.ts';

/** At which stop of a resume something is committed, and at which its news is told. */
interface Plan {
  readonly commitAt: number;
  readonly tellAt: number;
}

/**
 * A server with a hand at every stop of a resume, which is before each query and after its answer.
 * At one stop something is committed; at the same or a later one the connections are told of it, as
 * if the news had been long on its way.
 */
async function stoppingServer() {
  let plan: Plan | null = null;
  let stops = 0;
  let held: (() => void)[] = [];
  let commit: () => Promise<unknown> = () => Promise.resolve();
  const tell = () => {
    const news = held;
    [plan, held] = [null, []];
    for (const deliver of news) deliver();
  };
  const server = await assemble({
    aroundQuery: async () => {
      stops += 1;
      if (plan?.commitAt === stops) await commit();
      if (plan?.tellAt === stops) tell();
    },
    onCommit: (_, deliver) => {
      if (plan) held.push(deliver);
      else deliver();
    },
  });
  /** Resumes by this plan; what was not told by the end of the replay is told then. */
  const run = async (
    next: Plan,
    committing: () => Promise<unknown>,
    resume: () => Promise<unknown>,
  ): Promise<number> => {
    [plan, stops, commit] = [next, 0, committing];
    await resume();
    tell();
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
  'leaves no hole and no repeat on %s for who has missed %i, between whichever of its steps a commit falls and its news comes',
  { timeout: PATIENCE },
  async (door, missed) => {
    const { server, run } = await stoppingServer();
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const { id: roomId } = await createRoom(server, ana.token, 'seam');
    await call(server, 'POST', `/rooms/${roomId}/join`, { token: bo.token });
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
    const ledger = new Ledger();
    const witness = new Trail('the witness', ledger);
    await tapStream(server, bo.token, undefined, witness.take).live;

    let ways = 0;
    let stops = 1;
    for (let commitAt = 1; commitAt <= stops; commitAt += 1) {
      for (let tellAt = commitAt; tellAt <= stops + 1; tellAt += 1) {
        const after = await write(3);
        await witness.until(roomId, after);
        const id = witness.lastId;
        if (missed > 0) await write(missed);
        const reader = new Trail(`committed at ${commitAt}, told at ${tellAt}`, ledger);
        reader.startAt(roomId, after);
        const tap =
          door === 'websocket'
            ? () => tapRoom(server, bo.token, roomId, { after }, reader.take)
            : () => tapStream(server, bo.token, id, reader.take);
        const opened: ReturnType<typeof tap>[] = [];
        const came = await run(
          { commitAt, tellAt },
          async () => write(2),
          async () => {
            opened.push(tap());
            expect(await opened[0]!.live).toBe(true);
          },
        );
        stops = Math.max(stops, came);
        await reader.until(roomId, await write(1));
        for (const one of opened) one.end();
        expect(ledger.faults).toEqual([]);
        ways += 1;
      }
    }
    expect(stops).toBeGreaterThan(8);
    expect(ways).toBeGreaterThan(50);
    print(
      `the seam on ${door}, ${missed} missed: ${stops} stops, ${ways} ways, no hole and no repeat`,
    );
  },
);
