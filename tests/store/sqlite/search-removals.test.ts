import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findMessages } from '../../../src/store/sqlite/fts5-search.ts';
import { openReader } from '../../../src/store/sqlite/reader.ts';
import { openWriter } from '../../../src/store/sqlite/open.ts';
import { openFilling, registerJob } from '../../support/filling.ts';
import { temporaryFolder } from '../../support/server.ts';

const MESSAGES = 20;
const [userId, roomId] = ['ana', 'room'];
const wordOf = (i: number) => `hidden${String.fromCharCode(97 + i)}`;
const scope = { publicRooms: true, roomIds: [], exceptRoomIds: [] };

/** Opens a writer and a reader without the indexer: only closing the writer removes words from the index. */
async function open(dataDir: string) {
  const file = join(dataDir, 'charla.db');
  const mutations = new URL('../../../src/chat/mutations.ts', import.meta.url).href;
  const onLost = (error: Error) => {
    throw error;
  };
  const writer = await openWriter({ file, mutations }, () => {}, onLost);
  const reader = openReader(file, onLost);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= reader.close().then(() => writer.close()));
  onTestFinished(close);
  return {
    close,
    deleteMessage: (seq: number) => writer.mutate('deleteMessage', { roomId, userId, seq }),
    async index(): Promise<void> {
      while (((await writer.mutate('addToIndex', 1000)) as { more: boolean }).more);
    },
    /** Returns how many messages match. */
    async count(query: string): Promise<number> {
      const request = { query, scope, before: undefined, limit: 50 };
      return (await findMessages(reader.db, request)).hits.length;
    },
  };
}

describe('closing the writer', () => {
  it('leaves no word of a deleted message in any file, even if the indexer had no time to remove it', async () => {
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
        input: { roomId, userId, text: `${wordOf(i)} word` },
      })),
    ]);
    await filling.close();

    const database = await open(dataDir);
    await database.index();
    expect(await database.count('word')).toBe(MESSAGES);
    // Seqs 1 and 2 are the creation of the room and the join of its owner.
    for (let i = 0; i < MESSAGES; i += 2) await database.deleteMessage(3 + i);
    expect(await database.count('word')).toBe(MESSAGES / 2);
    await database.close();

    const bytes = readdirSync(dataDir).map((file) => readFileSync(join(dataDir, file), 'latin1'));
    const isLeft = (i: number) => bytes.some((file) => file.includes(wordOf(i)));
    for (let i = 0; i < MESSAGES; i += 1) expect([i, isLeft(i)]).toEqual([i, i % 2 === 1]);

    const reopened = await open(dataDir);
    await reopened.index();
    expect(await reopened.count('word')).toBe(MESSAGES / 2);
    expect(await reopened.count(wordOf(0))).toBe(0);
    expect(await reopened.count(wordOf(1))).toBe(1);
  });
});
