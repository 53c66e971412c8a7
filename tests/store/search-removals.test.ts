import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ChatMutations } from '../../src/chat/mutations.ts';
import { searchMessages } from '../../src/store/sqlite/fts5.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';

const MESSAGES = 20;
const [userId, roomId] = ['ana', 'room'];
const wordOf = (i: number) => `geheim${String.fromCharCode(97 + i)}`;

async function open(dataDir: string): Promise<Store<ChatMutations>> {
  const store = await openStore<ChatMutations>({
    dataDir,
    mutations: new URL('../../src/chat/mutations.ts', import.meta.url),
    onCommit: () => {},
    onLost: (error) => {
      throw error;
    },
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= store.close());
  onTestFinished(close);
  return { ...store, close };
}

async function index(store: Store<ChatMutations>): Promise<void> {
  while ((await store.mutate('indexMessages', 1000)).more);
}

/** How many messages have a word. */
async function count(store: Store<ChatMutations>, word: string): Promise<number> {
  const page = { roomId: undefined, before: undefined, limit: 50 };
  return (await searchMessages(store.searchDb, userId, word, page)).rows.length;
}

it('leaves no word of a deleted text in any file, also where a stop has no time to take it out', async () => {
  const dataDir = temporaryFolder();
  const filling = await openFilling(dataDir);
  const room = { id: roomId, kind: 'public', name: 'x', nameKey: 'x', topic: '' };
  await filling.perform([
    registerJob({
      id: userId,
      name: 'Ana',
      email: 'a@b',
      passwordHash: '',
      sessionId: 's',
      lifeMs: 1,
    }),
    { mutation: 'createRoom', input: { ...room, userId, maxRooms: 0 } },
    ...Array.from({ length: MESSAGES }, (_, i) => ({
      mutation: 'sendMessages',
      input: { roomId, userId, text: `${wordOf(i)} wort` },
    })),
  ]);
  await filling.close();

  const store = await open(dataDir);
  await index(store);
  expect(await count(store, 'wort')).toBe(MESSAGES);
  // The room's first two events are its making and the joining of its owner.
  for (let i = 0; i < MESSAGES; i += 2) {
    await store.mutate('deleteMessage', { roomId, userId, seq: 3 + i });
  }
  expect(await count(store, 'wort')).toBe(MESSAGES / 2);
  await store.close();

  const bytes = readdirSync(dataDir).map((file) => readFileSync(join(dataDir, file), 'latin1'));
  const isLeft = (i: number) => bytes.some((file) => file.includes(wordOf(i)));
  for (let i = 0; i < MESSAGES; i += 1) expect([i, isLeft(i)]).toEqual([i, i % 2 === 1]);

  const again = await open(dataDir);
  await index(again);
  expect(await count(again, 'wort')).toBe(MESSAGES / 2);
  expect(await count(again, wordOf(0))).toBe(0);
  expect(await count(again, wordOf(1))).toBe(1);
});
