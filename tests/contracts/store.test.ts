import { describe, expect, it, onTestFinished } from 'vitest';
import { readHeadPos } from '../../src/store/queries/log.ts';
import { listMessages } from '../../src/store/queries/messages.ts';
import { readRoomLog } from '../../src/store/queries/replay.ts';
import type { LogEntry } from '../../src/store/log-entry.ts';
import type { Store } from '../../src/store/store.ts';
import { firstRoomId } from '../support/database.ts';
import { createRoomJob, registerJob } from '../support/filling.ts';
import type { mutations as testMutations } from '../support/mutations.ts';
import { times } from '../support/times.ts';
import type { ChatMutations } from '../../src/chat/mutations.ts';
import { createNew, DIALECTS, type ContractDialect, type Created } from './support/dialects.ts';

const TEST = new URL('../support/mutations.ts', import.meta.url);
const CHAT = new URL('../../src/chat/mutations.ts', import.meta.url);

/** Opens a store that records what it delivers, and closes when the test ends. */
async function openFollowed(created: Created) {
  const store: Store<typeof testMutations> = await created.openStore(TEST);
  const entries: LogEntry[] = [];
  store.follow({ deliver: (more) => void entries.push(...more), reset: () => {} });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= store.close());
  onTestFinished(close);
  return { store, entries, close, roomId: await firstRoomId(store.db) };
}

/** How many nodes may have a database open. */
const nodesOn = ({ dialect }: ContractDialect) => (dialect === 'sqlite' ? 1 : 3);

const numbers = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => first + i);

describe.each(DIALECTS)('a store on $name', (on) => {
  it('gives out seqs and positions without a hole, however many nodes write, and delivers them in order', async () => {
    const created = await createNew(on);
    const nodes = await times(nodesOn(on), async () => openFollowed(created));
    const { roomId, store } = nodes[0]!;
    const start = await readHeadPos(store.db);
    const each = 60;
    const seqs = await Promise.all(
      nodes.flatMap((node) =>
        numbers(0, each).map(async (i) => {
          // In turns, so that the groups are of many sizes.
          for (let turn = 0; turn < i % 7; turn += 1) await new Promise(setImmediate);
          const seq = await node.store.mutate('logTopic', { roomId, topic: `${i}` });
          // It is delivered here before it resolves.
          expect(node.entries.map((entry) => entry.seq)).toContain(seq);
          return seq;
        }),
      ),
    );
    const total = each * nodes.length;
    expect(seqs.toSorted((a, b) => a - b)).toEqual(numbers(2, total));
    for (const node of nodes) {
      await node.store.reached(start + total);
      expect(node.entries.map((entry) => entry.seq)).toEqual(numbers(2, total));
      expect(node.entries.map((entry) => entry.pos)).toEqual(numbers(start + 1, total));
    }
    const page = { after: 0, limit: 1000, directName: null };
    const { entries } = await readRoomLog(store.pagesDb, roomId, page);
    expect(entries.map(({ seq }) => seq)).toEqual(numbers(1, total + 1));
  });

  it('lets a read that follows an ack see it, on each of its connections', async () => {
    const { store, roomId } = await openFollowed(await createNew(on));
    for (const topic of ['one', 'two', 'three']) {
      const seq = await store.mutate('logTopic', { roomId, topic });
      for (const db of [store.db, store.pagesDb, store.searchDb]) {
        const found = db.selectFrom('rooms').select('head').where('id', '=', roomId);
        expect(await found.executeTakeFirst()).toEqual({ head: seq });
      }
    }
  });

  it('rejects as a mutation rejects, and hides what a fault says', async () => {
    const { store, entries, roomId } = await openFollowed(await createNew(on));
    await expect(store.mutate('reject', undefined)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'not you',
      retryAfter: 7,
    });
    const fault = store.mutate('fail', undefined);
    await expect(fault).rejects.toThrow('The mutation fail failed: a bug in the server');
    expect(entries).toEqual([]);
    expect(await store.mutate('logTopic', { roomId, topic: 'next' })).toBe(2);
  });

  it('ends the mutations so far when it closes, rejects later ones, and keeps its epoch', async () => {
    const created = await createNew(on);
    const { store, roomId, close } = await openFollowed(created);
    const sent = times(20, async (i) => store.mutate('logTopic', { roomId, topic: `${i}` }));
    await close();
    expect(await sent).toEqual(numbers(2, 20));
    await expect(store.mutate('logTopic', { roomId, topic: 'late' })).rejects.toMatchObject({
      code: 'shutting_down',
    });
    const again = await openFollowed(created);
    expect(again.store.epoch).toBe(store.epoch);
    expect(await again.store.mutate('logTopic', { roomId, topic: 'next' })).toBe(22);
  });

  it('is lost with its thread, and rejects from then on as unavailable, but still reads', async () => {
    const created = await createNew(on);
    const lost: Error[] = [];
    const store: Store<typeof testMutations> = await created.openStore(TEST, (error) => {
      lost.push(error);
    });
    onTestFinished(() => store.close());
    const roomId = await firstRoomId(store.db);
    const crash = store.mutate('crash', undefined);
    await expect(crash).rejects.toMatchObject({ code: 'unavailable' });
    expect(lost.map(({ message }) => message)).toEqual(['the thread has crashed']);
    const later = store.mutate('logTopic', { roomId, topic: 'x' });
    await expect(later).rejects.toMatchObject({ code: 'unavailable' });
    await store.settled();
    expect(await firstRoomId(store.db)).toBe(roomId);
  });

  it('cuts pages by bytes, at the same message', async () => {
    const store: Store<ChatMutations> = await (await createNew(on)).openStore(CHAT);
    onTestFinished(() => store.close());
    await store.mutate('register', registerJob({ id: 'ana' }).input as never);
    await store.mutate('createRoom', createRoomJob({ id: 'room', userId: 'ana' }).input as never);
    // Three bytes for each character, some 12 kB each.
    const send = { roomId: 'room', userId: 'ana', text: '語'.repeat(4000) };
    const unset = { clientMsgId: undefined, replyTo: undefined };
    await times(120, async () => store.mutate('sendMessages', { ...send, ...unset }));
    const page = { before: undefined, after: 0, limit: 200 };
    const { messages, more } = await listMessages(store.pagesDb, 'room', page);
    expect(more).toBe(true);
    // 512 KiB, of which each message takes 12,000 bytes and less than 200 for the rest.
    expect(messages).toHaveLength(43);
    const log = { after: 0, limit: 200, directName: null };
    const { entries, more: isCut } = await readRoomLog(store.pagesDb, 'room', log);
    expect(isCut).toBe(true);
    expect(entries).toHaveLength(2 + 43);
  });
});
