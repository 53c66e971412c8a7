import SqliteDatabase from 'better-sqlite3';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { call, createRoom, postMessage, signUp } from '../../support/client.ts';
import { startServer } from '../../support/server.ts';

/** Opens the database of a running server for reading only. It closes when the test ends. */
function openFile(dataDir: string): SqliteDatabase.Database {
  const db = new SqliteDatabase(join(dataDir, 'charla.db'), { readonly: true });
  onTestFinished(() => void db.close());
  return db;
}

async function searching() {
  const server = await startServer();
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Kitchen');
  const path = (seq: number) => `/rooms/${room.id}/messages/${seq}`;
  return {
    server,
    send: async (text: string) => (await postMessage(server, token, room.id, text)).body.seq,
    edit: async (seq: number, text: string) =>
      call(server, 'PATCH', path(seq), { token, body: { text } }),
    remove: async (seq: number) => call(server, 'DELETE', path(seq), { token }),
    countOf: async (q: string) => {
      const query = `/search?q=${encodeURIComponent(q)}`;
      const { body } = await call<{ results: unknown[] }>(server, 'GET', query, { token });
      return body.results.length;
    },
  };
}

it('keeps nothing to remove from the index once the words of edited long messages are gone', async () => {
  const { server, send, edit, countOf } = await searching();
  const long = Array.from({ length: 3900 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  const seqs = [await send(`${long}丙`), await send(`${long}丁`)];
  expect(await countOf(long.slice(0, 50))).toBe(2);
  for (const seq of seqs) await edit(seq, `narwhal ${seq}`);
  await expect.poll(async () => countOf('narwhal'), { timeout: 20_000 }).toBe(2);
  const removals = openFile(server.dataDir).prepare('select count(*) as n from search_removals');
  expect(removals.get()).toEqual({ n: 0 });
});

it('leaves no word of deleted messages in the index after a restart', async () => {
  const { server, send, remove, countOf } = await searching();
  const indexed = await send('quetzalcoatl flies');
  await countOf('flies');
  const unindexed = await send('deleted before it was indexed: wyvern');
  await remove(unindexed);
  await remove(indexed);
  await send('left for later: basilisk');
  await server.stop();

  const again = await startServer({ DATA_DIR: server.dataDir });
  const { token } = await signUp(again, 'Bo');
  await call(again, 'GET', '/search?q=basilisk', { token });
  const db = openFile(again.dataDir);
  const blocks = db.prepare('select block from messages_search_data').pluck().all() as Buffer[];
  const bytes = Buffer.concat(blocks).toString('latin1');
  expect(bytes).toContain('asilisk');
  for (const word of ['uetzal', 'yvern']) expect(bytes).not.toContain(word);
  expect((await call(again, 'GET', '/search?q=later', { token })).status).toBe(200);
});
