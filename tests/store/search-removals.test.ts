import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findMessages } from '../../src/store/sqlite/fts5-search.ts';
import { openReader } from '../../src/store/sqlite/reader.ts';
import { Writer } from '../../src/store/sqlite/writer.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';

const MESSAGES = 20;
const [userId, roomId] = ['ana', 'room'];
const wordOf = (i: number) => `geheim${String.fromCharCode(97 + i)}`;
const scope = { publicRooms: true, roomIds: [], exceptRoomIds: [] };

/** The writer and a reader, without the indexer: it removes nothing from the index before a stop. */
async function open(dataDir: string) {
  const file = join(dataDir, 'charla.db');
  const mutations = new URL('../../src/chat/mutations.ts', import.meta.url).href;
  const onLost = (error: Error) => {
    throw error;
  };
  const writer = await Writer.open({ file, mutations }, () => {}, onLost);
  const reader = await openReader(file, onLost);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= reader.close().then(() => writer.close()));
  onTestFinished(close);
  return {
    close,
    deleteMessage: (seq: number) => writer.mutate('deleteMessage', { roomId, userId, seq }),
    async index(): Promise<void> {
      while (((await writer.mutate('addToIndex', 1000)) as { more: boolean }).more);
    },
    /** How many messages have a word. */
    async count(query: string): Promise<number> {
      const request = { query, scope, before: undefined, limit: 50 };
      return (await findMessages(reader.db, request)).hits.length;
    },
  };
}

it('leaves no word of a deleted text in any file, also where a stop has no time to remove it from the index', async () => {
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

  const database = await open(dataDir);
  await database.index();
  expect(await database.count('wort')).toBe(MESSAGES);
  // The room's first two events are its creation and the join of its owner.
  for (let i = 0; i < MESSAGES; i += 2) await database.deleteMessage(3 + i);
  expect(await database.count('wort')).toBe(MESSAGES / 2);
  await database.close();

  const bytes = readdirSync(dataDir).map((file) => readFileSync(join(dataDir, file), 'latin1'));
  const isLeft = (i: number) => bytes.some((file) => file.includes(wordOf(i)));
  for (let i = 0; i < MESSAGES; i += 1) expect([i, isLeft(i)]).toEqual([i, i % 2 === 1]);

  const again = await open(dataDir);
  await again.index();
  expect(await again.count('wort')).toBe(MESSAGES / 2);
  expect(await again.count(wordOf(0))).toBe(0);
  expect(await again.count(wordOf(1))).toBe(1);
});
