import type { DurableEvent } from '../../src/protocol/events.ts';
import { ChatError } from '../../src/protocol/errors.ts';
import type { Mutations } from '../../src/store/mutation.ts';
import type { Tx } from '../../src/store/transaction.ts';

/* Mutations for tests. The writer thread loads this module, so it must not import the test runner. */

/** Logs one event of a room, whose topic is `topic`, and returns its seq. */
export async function logTopic(tx: Tx, roomId: string, topic: string): Promise<number> {
  const { seq, pos } = await tx.reserve(roomId);
  const room = { id: roomId, kind: 'public', name: 'x', topic, slowModeSeconds: 0 } as const;
  const at = new Date().toISOString();
  const event: DurableEvent = { type: 'room.created', roomId, seq, at, actor: null, room };
  await tx.log(pos, [event]);
  return seq;
}

const transactions = new WeakMap<Tx, number>();
let lastTransaction = 0;

function numberOf(tx: Tx): number {
  if (!transactions.has(tx)) transactions.set(tx, (lastTransaction += 1));
  return transactions.get(tx)!;
}

export const mutations = {
  note: (tx: Tx, { roomId, topic }: { roomId: string; topic: string }) =>
    logTopic(tx, roomId, topic),
  /** Blocks the thread for `ms`, then returns the number of its transaction. */
  async transaction(tx: Tx, ms: number): Promise<number> {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    return numberOf(tx);
  },
  /** Returns the number of its transaction. */
  say: (async (tx) => numberOf(tx)) as (tx: Tx, said: { text: string }) => Promise<number>,
  async refuse(): Promise<void> {
    throw new ChatError('forbidden', {
      message: 'not you',
      details: [{ path: '/x', message: 'no' }],
      retryAfter: 7,
    });
  },
  async fail(): Promise<void> {
    throw new TypeError('a mistake of the server');
  },
  /** Ends the thread, as a hardware fault would. */
  async die(): Promise<void> {
    setImmediate(() => {
      throw new Error('the thread has died');
    });
    await new Promise(() => {});
  },
} satisfies Mutations;
