import type { DurableEvent } from '../../src/protocol/events.ts';
import { ChatError } from '../../src/protocol/errors.ts';
import type { Mutations } from '../../src/store/mutation.ts';
import type { Tx } from '../../src/store/transaction.ts';

/* Mutations for tests. The writer thread loads this module, so it must not import the test runner. */

/** Logs one event that carries `topic` in a room, and returns its seq. */
export async function logTopic(tx: Tx, roomId: string, topic: string): Promise<number> {
  const { seq, pos } = await tx.reserve(roomId);
  const room = { id: roomId, kind: 'public', name: 'x', topic, slowModeSeconds: 0 } as const;
  const at = new Date().toISOString();
  const event: DurableEvent = { type: 'room.created', roomId, seq, at, actor: null, room };
  await tx.log([{ pos, event }]);
  return seq;
}

const transactionNumbers = new WeakMap<Tx, number>();
let lastTransaction = 0;

function numberOf(tx: Tx): number {
  if (!transactionNumbers.has(tx)) transactionNumbers.set(tx, (lastTransaction += 1));
  return transactionNumbers.get(tx)!;
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export const mutations = {
  logTopic: (tx: Tx, { roomId, topic }: { roomId: string; topic: string }) =>
    logTopic(tx, roomId, topic),
  /** Blocks the thread for `ms` and returns the number of its transaction. The writer counts `text`. */
  async transactionNumber(tx: Tx, { ms = 0 }: { ms?: number; text?: string }): Promise<number> {
    block(ms);
    return numberOf(tx);
  },
  async reject(): Promise<void> {
    throw new ChatError('forbidden', {
      message: 'not you',
      details: [{ path: '/x', message: 'no' }],
      retryAfter: 7,
    });
  },
  async fail(): Promise<void> {
    throw new TypeError('a bug in the server');
  },
  /** Ends the thread with an uncaught exception and never resolves. */
  async crash(): Promise<void> {
    setImmediate(() => {
      throw new Error('the thread has crashed');
    });
    await new Promise(() => {});
  },
} satisfies Mutations;
